import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { FakeBackend, pending } from '../src/lib/backend/fake.ts';
import type { DraftText } from '../src/lib/bindings/index.ts';
import { Drafts } from '../src/lib/conversation/drafts.svelte.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** What was given to the app to keep. */
const kept = (backend: FakeBackend) => backend.requests('keep_draft');

test('what was kept is there again, with what has been written since behind it', async () => {
  const all: DraftText[] = [
    { conversation: null, text: 'new' },
    { conversation: 'a', text: 'old' },
  ];
  const listed = pending<DraftText[]>();
  const backend = new FakeBackend({ list_drafts: () => listed.promise, keep_draft: () => true });
  const drafts = new Drafts(backend);
  void drafts.load();
  drafts.of('a').text = 'newer';
  await vi.advanceTimersByTimeAsync(1000);
  expect(kept(backend)).toEqual([]);
  listed.resolve(all);
  await vi.runAllTimersAsync();
  expect(drafts.of(null).text).toBe('new');
  expect(drafts.of('a').text).toBe('old\nnewer');
  expect(kept(backend)).toEqual([{ conversation: 'a', text: 'old\nnewer' }]);
});

test('what could not be read is not written over, and is there once it can be', async () => {
  let answer: () => DraftText[] = () => {
    throw new Error('locked');
  };
  const backend = new FakeBackend({ list_drafts: () => answer(), keep_draft: () => true });
  const drafts = new Drafts(backend);
  await drafts.load();
  drafts.of('a').text = 'newer';
  await vi.runAllTimersAsync();
  expect(kept(backend)).toEqual([]);
  expect(drafts.outlive).toBe(false);
  answer = () => [{ conversation: 'a', text: 'old' }];
  await drafts.keep();
  expect(kept(backend)).toEqual([{ conversation: 'a', text: 'old\nnewer' }]);
});

test('a text is kept as it grows, and the last of it last', async () => {
  const first = pending<boolean>();
  const answers = [first.promise, Promise.resolve(true)];
  const backend = new FakeBackend({ list_drafts: () => [], keep_draft: () => answers.shift() ?? true });
  const drafts = new Drafts(backend);
  const draft = drafts.of(null);
  draft.text = 'H';
  draft.text = 'He';
  expect(kept(backend)).toEqual([]);
  await vi.runAllTimersAsync();
  draft.text = 'Hello';
  await vi.runAllTimersAsync();
  expect(kept(backend)).toEqual([{ conversation: null, text: 'He' }]);
  expect(drafts.outlive).toBe(false);
  first.resolve(true);
  await vi.runAllTimersAsync();
  expect(kept(backend).at(-1)).toEqual({ conversation: null, text: 'Hello' });
  expect(drafts.outlive).toBe(true);
});

test('what the app does not keep does not outlive the window, nor do files', async () => {
  const backend = new FakeBackend({ list_drafts: () => [], keep_draft: ({ text }) => text !== 'a key' });
  const drafts = new Drafts(backend);
  const draft = drafts.of('a');
  draft.text = 'a key';
  await drafts.keep();
  expect(drafts.outlive).toBe(false);
  draft.text = 'no key';
  await drafts.keep();
  expect(drafts.outlive).toBe(true);
  draft.files = [{ id: '1', file: { name: 'a', kind: 'text', bytes: 1 }, key: null }];
  expect(drafts.outlive).toBe(false);
});

test('a text that can not be kept stays in the window', async () => {
  const backend = new FakeBackend();
  const drafts = new Drafts(backend);
  await drafts.load();
  drafts.of(null).text = 'Hello';
  await drafts.keep();
  expect(drafts.of(null).text).toBe('Hello');
  expect(drafts.outlive).toBe(false);
});

test('what was said is let go of, and the same text again is a draft again', async () => {
  const backend = new FakeBackend({ list_drafts: () => [], keep_draft: () => true });
  const drafts = new Drafts(backend);
  const draft = drafts.of('a');
  draft.text = 'again';
  await drafts.keep();
  draft.said('again', []);
  draft.text = 'again';
  await drafts.keep();
  expect(kept(backend)).toEqual([
    { conversation: 'a', text: 'again' },
    { conversation: 'a', text: 'again' },
  ]);
});

test('what could not be kept is tried again the next time', async () => {
  let full = true;
  const backend = new FakeBackend({
    list_drafts: () => [],
    keep_draft: () => {
      if (full) throw new Error('full');
      return true;
    },
  });
  const drafts = new Drafts(backend);
  drafts.of('a').text = 'a text';
  await drafts.keep();
  expect(drafts.outlive).toBe(false);
  full = false;
  await drafts.keep();
  expect(drafts.outlive).toBe(true);
});

test('what was written in front of what was said is kept again', async () => {
  const backend = new FakeBackend({ list_drafts: () => [], keep_draft: () => true });
  const drafts = new Drafts(backend);
  const draft = drafts.of('a');
  draft.text = 'one more, said';
  await drafts.keep();
  draft.said('said', []);
  await vi.runAllTimersAsync();
  expect(kept(backend)).toEqual([
    { conversation: 'a', text: 'one more, said' },
    { conversation: 'a', text: 'one more, said' },
  ]);
});
