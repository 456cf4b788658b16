import type { Abilities } from '../src/lib/bindings/index.ts';
import { expect, test } from 'vitest';

import { NO_OPTIONS, readOptions, shownOptions } from '../src/lib/conversation/options.ts';
import { Format } from '../src/lib/words/format.ts';

const german = new Format('de');
const abilities: Abilities = {
  prompt: true,
  highestTemperature: 100,
  effort: true,
  mostStops: 2,
  imageTypes: ['png', 'jpeg'],
  largestImage: 5_000_000,
  largestPdf: 30_000_000,
};

test('what is chosen is shown and read back', () => {
  const options = {
    system: 'Be brief.',
    temperature: 0.7,
    effort: 'low' as const,
    stop: ['END', '###'],
    mostOutput: 4096,
  };
  const typed = shownOptions(options, german);
  expect(typed.temperature).toBe('0,7');
  expect(readOptions(typed, abilities, german).options).toEqual(options);
  expect(readOptions(shownOptions(NO_OPTIONS, german), abilities, german).options).toEqual(NO_OPTIONS);
});

test('what can not be sent is told, and nothing is chosen meanwhile', () => {
  const typed = shownOptions(NO_OPTIONS, german);
  for (const [field, value] of [
    ['temperature', '1,1'],
    ['temperature', 'warm'],
    ['mostOutput', '0'],
    ['mostOutput', '1,5'],
    ['stop', 'a, b, c'],
    ['stop', 'x'.repeat(201)],
  ] as const) {
    const { options, faults } = readOptions({ ...typed, [field]: value }, abilities, german);
    expect(options, value).toBeNull();
    expect(faults[field], value).toBe(true);
  }
});

test('what another model has a place for is not lost with one that has none', () => {
  const typed = shownOptions({ ...NO_OPTIONS, temperature: 1.5, stop: ['a', 'b', 'c'] }, german);
  const none = { ...abilities, highestTemperature: 0, mostStops: 0 };
  expect(readOptions(typed, none, german).options).toEqual({ ...NO_OPTIONS, temperature: 1.5, stop: ['a', 'b', 'c'] });
});
