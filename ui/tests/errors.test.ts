import { expect, test } from 'vitest';

import type { CommandError, ErrorCode } from '../src/lib/bindings/index.ts';
import { describe as inWords } from '../src/lib/errors/describe.ts';
import { errorTable, settingsPageOf } from '../src/lib/errors/table.ts';
import { Format } from '../src/lib/words/format.ts';
import { words } from '../src/lib/words/words.ts';

const codes = Object.keys(errorTable) as ErrorCode[];
const context = { format: new Format('en'), platform: 'linux' as const };
const error = (code: ErrorCode, more: Partial<CommandError> = {}): CommandError => ({
  code,
  host: 'api.example.com',
  subject: 'Example',
  status: 500,
  retryAfterSeconds: 12,
  limit: null,
  detail: null,
  ...more,
});

test('the look and the words are of the same codes', () => {
  expect(Object.keys(words.errors).sort()).toEqual([...codes].sort());
});

test.each(codes)('%s is said in whole sentences, with and without facts', (code) => {
  const bare = { host: null, subject: null, status: null, retryAfterSeconds: null, limit: null };
  for (const said of [error(code), error(code, bare)].map((one) => inWords(one, { ...context, safe: 'unanswered' }))) {
    expect(said.title).toMatch(/^\S.*\.$/);
    expect(said.text).toMatch(/^Your message is saved, and unanswered\. .*\.$/);
    expect(`${said.title} ${said.text}`).not.toMatch(/null|undefined|please|oops|something went wrong|!/i);
  }
});

test('of an answer that was gone on from, nothing is left to do', () => {
  const said = inWords(error('rate_limited'), { ...context, safe: 'unanswered', past: true });
  expect(said.text).toBe('Your message is saved, and unanswered.');
});

test('the host is named, and the time to wait', () => {
  const said = inWords(error('rate_limited'), { ...context, safe: 'composer' });
  expect(said.title).toBe('api.example.com asks for a pause: too many requests.');
  expect(said.text).toBe('Your text is still in the box below, unsent. Retry in 12 s.');
});

test('a limit says how much there is, what is left, when it begins anew, and where it is raised', () => {
  const now = new Date();
  const month = new Date(now.getFullYear(), now.getMonth() + 1, 1);
  const hit = {
    provider: null,
    period: 'month' as const,
    measure: 'cost' as const,
    limit: 20,
    left: 0,
    renewsAt: month.getTime(),
  };
  const when = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'long' });
  const year = now.getMonth() === 11 ? `, ${month.getFullYear()}` : '';
  let said = inWords(error('budget_cost', { limit: hit }), { ...context, safe: 'unanswered' });
  expect(said.title).toBe('The limit of $20 a month is reached.');
  expect(said.text).toBe(
    `Your message is saved, and unanswered. It begins anew on ${when.format(month)}${year}. Raise it in Settings, or use the demo.`,
  );
  const day = { provider: 'own', period: 'day' as const, measure: 'tokens' as const, limit: 50_000, left: 1200 };
  said = inWords(error('budget_tokens', { limit: { ...hit, ...day } }), context);
  expect(said.title).toBe(
    'This provider’s limit of 50,000 tokens a day leaves 1,200 tokens: not enough for this turn.',
  );
  expect(said.text).toBe('It begins anew at midnight. Raise it in Settings, or use the demo.');
  expect(errorTable.budget_requests.actions[0]).toBe('open-settings');
  expect(settingsPageOf('budget_requests')).toBe('limits');
  expect(settingsPageOf('no_key')).toBe('keys');
});

test('red is for what the person must act on, and each of those says how', () => {
  for (const code of codes) {
    const { severity, actions } = errorTable[code];
    if (severity === 'warn')
      expect([...actions], code).toEqual(expect.arrayContaining([expect.stringMatching(/^(unlock|open-settings)$/)]));
  }
});
