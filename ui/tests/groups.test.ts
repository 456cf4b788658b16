import { expect, test } from 'vitest';

import { groupByDay } from '../src/lib/sidebar/groups.ts';
import { daysBetween, Format, keys } from '../src/lib/words/format.ts';

const format = new Format('en-GB');
const now = new Date(2026, 10, 24, 0, 30).getTime();
const at = (year: number, month: number, day: number, hour = 12) => new Date(year, month - 1, day, hour).getTime();
const items = (...times: number[]) =>
  times.map((updatedAt, index) => ({ id: `${index}`, title: '', updatedAt, running: false }));

test('chats stand under the days and months that people look for them by', () => {
  const groups = groupByDay(
    items(
      now,
      at(2026, 11, 23, 23),
      at(2026, 11, 22),
      at(2026, 11, 17),
      at(2026, 11, 16),
      at(2026, 10, 1),
      at(2025, 10, 1),
    ),
    now,
    format,
  );
  expect(groups.map(({ label, items }) => [label, items.map(({ id }) => id)])).toEqual([
    ['Today', ['0']],
    ['Yesterday', ['1']],
    ['Last 7 days', ['2', '3']],
    ['November', ['4']],
    ['October', ['5']],
    ['October 2025', ['6']],
  ]);
});

test('what a wrong clock puts into the future is from today', () => {
  expect(groupByDay(items(now + 86_400_000), now, format).map(({ label }) => label)).toEqual(['Today']);
});

test('days are counted by the calendar', () => {
  expect(daysBetween(at(2026, 11, 23, 23), now)).toBe(1);
  expect(daysBetween(now, now + 60_000)).toBe(0);
});

test('a locale that Intl does not take is no reason to fail', () => {
  expect(new Format('C').number(1234)).toBe('1,234');
  expect(new Format('de-DE').number(1234)).toBe('1.234');
  expect(format.date(at(2026, 11, 3), now)).toBe('3 November');
  expect(format.date(at(2025, 11, 3), now)).toBe('3 November 2025');
  expect(format.wait(12)).toBe('12 s');
  expect(format.wait(600)).toBe('10 min');
  expect(format.wait(7200)).toBe('2 h');
});

test('keys are written as the platform writes them', () => {
  expect(keys('linux', 'N')).toBe('Ctrl N');
  expect(keys('macos', 'N')).toBe('⌘N');
});
