import { expect, test } from 'vitest';

import type { CommandError, ErrorCode } from '../src/lib/bindings/index.ts';
import { describe as inWords } from '../src/lib/errors/describe.ts';
import { errorTable } from '../src/lib/errors/table.ts';
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
  detail: null,
  ...more,
});

test('the look and the words are of the same codes', () => {
  expect(Object.keys(words.errors).sort()).toEqual([...codes].sort());
});

test.each(codes)('%s is said in whole sentences, with and without facts', (code) => {
  const bare = { host: null, subject: null, status: null, retryAfterSeconds: null };
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

test('red is for what the person must act on, and each of those says how', () => {
  for (const code of codes) {
    const { severity, actions } = errorTable[code];
    if (severity === 'warn') expect(actions, code).toContain('unlock');
  }
});
