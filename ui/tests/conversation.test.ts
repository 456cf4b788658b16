import { expect, test, vi } from 'vitest';

import { commandError } from '../src/lib/backend/backend.ts';
import { FakeBackend, pending, type Script } from '../src/lib/backend/fake.ts';
import type {
  Block,
  ConversationItem,
  ConversationPage,
  FoundKey,
  MessageState,
  MessageView,
  StartedTurn,
  TurnEvent,
} from '../src/lib/bindings/index.ts';
import { Chats } from '../src/lib/conversation/chats.svelte.ts';
import type { Answer } from '../src/lib/conversation/messages.svelte.ts';
import { NO_OPTIONS } from '../src/lib/conversation/options.ts';
import { NO_TOTALS } from '../src/lib/conversation/totals.ts';
import { UNDO_FOR } from '../src/lib/sidebar/list.svelte.ts';
import { demoAnswer, demoModel } from './samples.ts';

const item = (id: string, more: Partial<ConversationItem> = {}): ConversationItem => ({
  id,
  title: `Chat ${id}`,
  updatedAt: 1000,
  running: false,
  ...more,
});
const p = (text: string): Block => ({ type: 'paragraph', inlines: [{ type: 'text', text }] });
const answer = (id: string, state: MessageState, ...blocks: Block[]) => demoAnswer(id, blocks, state);
const question = (id: string, text: string): MessageView => ({
  id,
  body: { role: 'user', text, files: [] },
  state: { type: 'complete', stopReason: null },
  createdAt: 1000,
});
const started = (id = 'c', answerId = 'a'): StartedTurn => ({
  conversation: item(id, { running: true }),
  question: 'q',
  answer: answer(answerId, { type: 'streaming' }),
});
const page = (...messages: MessageView[]): ConversationPage => ({
  conversation: item('c'),
  messages,
  hasEarlier: false,
  totals: NO_TOTALS,
  options: NO_OPTIONS,
});
const complete: MessageState = { type: 'complete', stopReason: 'done' };
const streaming: MessageState = { type: 'streaming' };
const snapshot = (id: string, ...blocks: Block[]): TurnEvent => ({
  type: 'snapshot',
  answer: id,
  blocks,
  reasoning: '',
});
const finished: TurnEvent = { type: 'finished', stopReason: 'done' };
const append = (text: string): TurnEvent => ({
  type: 'blocks',
  keep: 0,
  grow: { type: 'text', append: text },
  changed: [],
});

async function window(script: Script): Promise<{ chats: Chats; backend: FakeBackend }> {
  const backend = new FakeBackend({
    list_conversations: () => [item('c'), item('d', { updatedAt: 500 })],
    list_models: () => ({ selected: demoModel, groups: [], local: [] }),
    ...script,
  });
  const chats = new Chats(backend);
  await chats.load();
  return { chats, backend };
}
const last = (chats: Chats) => chats.current.messages.at(-1) as Answer;
const shown = (chats: Chats) => last(chats).blocks.toBlocks();

test('a message is sent once, however often it is asked for, and cleared once it is accepted', async () => {
  const reply = pending<StartedTurn>();
  const { chats, backend } = await window({ start_turn: () => reply.promise });
  chats.draft.text = 'Hello';
  const first = chats.send();
  const second = chats.send();
  expect(chats.draft.text).toBe('Hello');
  reply.resolve(started());
  await Promise.all([first, second, chats.send()]);
  expect(backend.requests('start_turn')).toEqual([
    { conversation: null, text: 'Hello', attachments: [], model: demoModel, asText: false, options: NO_OPTIONS },
  ]);
  expect(chats.draft.text).toBe('');
  expect(chats.current.messages.map((message) => message.role)).toEqual(['user', 'assistant']);
});

test('what is written on while a message is on its way stays, and goes with the new chat', async () => {
  const reply = pending<StartedTurn>();
  const { chats } = await window({ start_turn: () => reply.promise });
  chats.draft.text = 'Hello';
  const sent = chats.send();
  chats.draft.text = 'Hello and more';
  reply.resolve(started('n'));
  await sent;
  expect(chats.draft.text).toBe(' and more');
  chats.newChat();
  expect(chats.draft.text).toBe('');
});

test('a message that is refused stays in the composer, and says why', async () => {
  const { chats, backend } = await window({ start_turn: () => Promise.reject(commandError('disk_full')) });
  chats.draft.text = 'Hello';
  await chats.send();
  expect(chats.draft.text).toBe('Hello');
  expect(chats.current.problem?.code).toBe('disk_full');
  expect(chats.current.isNew).toBe(true);
  backend.script.start_turn = () => started();
  await chats.send();
  expect(chats.current.problem).toBeNull();
  expect(chats.draft.text).toBe('');
});

const KEY = 'gsk_Zq3vT9mLx2RwKd8Yb5NcHp7JfSg4Ua6Ee1Vo0Qi2WnBz3Xk';

test('a text that the app takes for a key waits, whole, until the person says that it is text', async () => {
  const { chats, backend } = await window({
    start_turn: ({ asText }) =>
      asText ? started() : Promise.reject(commandError('key_in_message', { subject: 'Groq' })),
  });
  chats.draft.text = KEY;
  await chats.send();
  expect(chats.draft.held).toBe(true);
  expect(chats.draft.key).toEqual({ provider: 'Groq' });
  expect(chats.draft.text).toBe(KEY);
  expect(chats.current.problem).toBeNull();
  expect(chats.current.isNew).toBe(true);
  await chats.send();
  expect(backend.requests('start_turn')).toHaveLength(1);
  await chats.sendAsText();
  expect(backend.requests('start_turn').map(({ text, asText }) => [text, asText])).toEqual([
    [KEY, false],
    [KEY, true],
  ]);
  expect(chats.draft.text).toBe('');
  expect(chats.draft.held).toBe(false);
});

test('what was let pass is that text alone, and for another try too', async () => {
  const { chats, backend } = await window({ start_turn: () => Promise.reject(commandError('disk_full')) });
  chats.draft.text = KEY;
  chats.draft.key = { provider: null };
  await chats.sendAsText();
  expect(chats.current.problem?.code).toBe('disk_full');
  await chats.send();
  chats.draft.text = `${KEY}0`;
  expect(chats.draft.held).toBe(true);
  await chats.send();
  expect(backend.requests('start_turn').map(({ asText }) => asText)).toEqual([true, true]);
});

test('what is written is looked at once the writing rests, what is pasted at once, and prose never', async () => {
  vi.useFakeTimers();
  const { chats, backend } = await window({
    look_for_key: ({ text }) => (text.includes('gsk_') ? { provider: 'Groq' } : null),
  });
  const write = (text: string) => {
    chats.draft.text = text;
    chats.keyWatch.changed(chats.draft);
  };
  try {
    for (let end = 1; end <= KEY.length; end++) write(KEY.slice(0, end));
    await vi.advanceTimersByTimeAsync(100);
    expect(backend.requests('look_for_key')).toEqual([]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(backend.requests('look_for_key')).toEqual([{ text: KEY }]);
    expect(chats.draft.held).toBe(true);
    write('Words alone.');
    expect(chats.draft.held).toBe(false);
    write(`Words alone. ${KEY}`);
    await vi.advanceTimersByTimeAsync(1);
    expect(chats.draft.held).toBe(true);
    write('Many words that are each of them no longer than words are. '.repeat(100));
    await vi.advanceTimersByTimeAsync(1000);
    expect(backend.requests('look_for_key')).toHaveLength(2);
    expect(chats.draft.held).toBe(false);
  } finally {
    vi.useRealTimers();
  }
});

test('a look at a text that has gone on counts for nothing', async () => {
  vi.useFakeTimers();
  const look = pending<FoundKey | null>();
  const { chats } = await window({ look_for_key: () => look.promise });
  try {
    chats.draft.text = KEY;
    chats.keyWatch.changed(chats.draft);
    await vi.advanceTimersByTimeAsync(1000);
    chats.draft.text = 'Something else';
    look.resolve({ provider: 'Groq' });
    await vi.advanceTimersByTimeAsync(0);
    expect(chats.draft.held).toBe(false);
  } finally {
    vi.useRealTimers();
  }
});

test('nothing but space is not sent', async () => {
  const { chats, backend } = await window({});
  chats.draft.text = ' \n\t';
  await chats.send();
  expect(backend.requests('start_turn')).toEqual([]);
});

test('events that come before the answer to the call are not lost, and none counts after the last', async () => {
  const { chats } = await window({
    start_turn: async (_, emit) => {
      emit(snapshot('a'));
      emit({ type: 'blocks', keep: 0, grow: null, changed: [p('He')] });
      await Promise.resolve();
      queueMicrotask(() => {
        emit(append('llo'));
        emit(finished);
        emit(append(' again'));
        emit({ type: 'cancelled' });
      });
      return started();
    },
  });
  chats.draft.text = 'Hi';
  await chats.send();
  await vi.waitFor(() => expect(last(chats).streaming).toBe(false));
  expect(shown(chats)).toEqual([p('Hello')]);
  expect(last(chats).state).toEqual(complete);
  expect(chats.list.find('c')?.running).toBe(false);
});

test('an answer that is asked for again says when, until it comes', async () => {
  let emit: (event: TurnEvent) => void = () => undefined;
  const { chats } = await window({
    start_turn: (_, send) => {
      emit = send;
      send(snapshot('a'));
      return started();
    },
  });
  chats.draft.text = 'Hi';
  await chats.send();
  const before = Date.now();
  emit({ type: 'waiting', error: commandError('rate_limited'), milliseconds: 4000, retry: 1, most: 2 });
  const wait = last(chats).waiting;
  expect(wait).toMatchObject({ retry: 1, most: 2, error: { code: 'rate_limited' } });
  expect(wait?.until).toBeGreaterThanOrEqual(before + 4000);
  expect(last(chats).streaming).toBe(true);
  emit({ type: 'askedAgain' });
  expect(last(chats).waiting).toBe(null);
  emit({ type: 'waiting', error: commandError('rate_limited'), milliseconds: 9000, retry: 2, most: 2 });
  emit({ type: 'failed', error: commandError('rate_limited') });
  expect(last(chats).waiting).toBe(null);
  expect(last(chats).state).toEqual({ type: 'failed', error: commandError('rate_limited') });
});

test('a window that comes back watches again, and starts from the snapshot', async () => {
  let emit: (event: TurnEvent) => void = () => undefined;
  const { chats } = await window({
    open_conversation: () => page(question('q', 'Hi'), answer('a', streaming, p('old'))),
    watch_turn: (_, send) => {
      emit = send;
      send(snapshot('a', p('as far as it came')));
      return true;
    },
  });
  await chats.open('c');
  expect(shown(chats)).toEqual([p('as far as it came')]);
  emit(append(', and on'));
  expect(shown(chats)).toEqual([p('as far as it came, and on')]);
});

test('an answer that ended between the two calls is read again', async () => {
  let reads = 0;
  const { chats } = await window({
    open_conversation: () =>
      ++reads === 1 ? page(answer('a', streaming, p('ha'))) : page(answer('a', complete, p('half and whole'))),
    watch_turn: () => false,
  });
  await chats.open('c');
  expect(shown(chats)).toEqual([p('half and whole')]);
  expect(reads).toBe(2);
});

test('an answer that nobody makes is called broken off in the end', async () => {
  const { chats } = await window({
    open_conversation: () => page(answer('a', streaming, p('half'))),
    watch_turn: () => false,
  });
  await chats.open('c');
  expect(last(chats).state).toEqual({ type: 'failed', error: commandError('interrupted') });
  expect(shown(chats)).toEqual([p('half')]);
});

test('a step that does not fit makes the window read the whole again', async () => {
  let emit: (event: TurnEvent) => void = () => undefined;
  let reads = 0;
  const { chats } = await window({
    open_conversation: () => {
      reads++;
      return page(answer('a', streaming));
    },
    watch_turn: (_, send) => {
      emit = send;
      send(snapshot('a', p('right')));
      return true;
    },
  });
  await chats.open('c');
  emit({ type: 'blocks', keep: 5, grow: null, changed: [] });
  await vi.waitFor(() => expect(reads).toBe(2));
  await vi.waitFor(() => expect(shown(chats)).toEqual([p('right')]));
});

test('what still comes of a conversation that was left changes nothing but the list', async () => {
  let emit: (event: TurnEvent) => void = () => undefined;
  const { chats } = await window({
    start_turn: (_, send) => {
      emit = send;
      return started();
    },
    open_conversation: () => page(answer('b', complete, p('other'))),
  });
  chats.draft.text = 'Hi';
  await chats.send();
  expect(chats.list.find('c')?.running).toBe(true);
  await chats.open('d');
  emit({ type: 'blocks', keep: 0, grow: null, changed: [p('not here')] });
  expect(shown(chats)).toEqual([p('other')]);
  emit(finished);
  expect(chats.list.find('c')?.running).toBe(false);
});

test('a draft waits in its own conversation', async () => {
  const { chats } = await window({ open_conversation: () => page(answer('a', complete)) });
  chats.draft.text = 'for a new chat';
  await chats.open('c');
  expect(chats.draft.text).toBe('');
  chats.draft.text = 'for c';
  chats.newChat();
  expect(chats.draft.text).toBe('for a new chat');
  await chats.open('c');
  expect(chats.draft.text).toBe('for c');
});

test('retry puts the new answer in the place of the failed one', async () => {
  const { chats, backend } = await window({
    open_conversation: () => page(question('q', 'Hi'), answer('a', { type: 'failed', error: commandError('silence') })),
    retry_turn: () => started('c', 'a2'),
  });
  await chats.open('c');
  await chats.retry(last(chats));
  expect(backend.requests('retry_turn')).toEqual([{ conversation: 'c', answer: 'a', model: demoModel, goOn: false }]);
  expect(chats.current.messages.map((message) => message.id)).toEqual(['q', 'a2']);
  expect(chats.current.running?.id).toBe('a2');
});

test('earlier messages come before those that are there, once', async () => {
  const { chats, backend } = await window({
    open_conversation: ({ before }) =>
      before === null
        ? { ...page(question('m3', '3'), answer('m4', complete)), hasEarlier: true }
        : page(question('m1', '1'), answer('m2', complete)),
  });
  await chats.open('c');
  await Promise.all([chats.current.loadEarlier(), chats.current.loadEarlier()]);
  await chats.current.loadEarlier();
  expect(chats.current.messages.map((message) => message.id)).toEqual(['m1', 'm2', 'm3', 'm4']);
  expect(backend.requests('open_conversation').map((request) => request.before)).toEqual([null, 'm3']);
});

test('a deleted chat can be taken back for a while', async () => {
  vi.useFakeTimers();
  try {
    const { chats, backend } = await window({ delete_conversation: () => null, restore_conversation: () => null });
    await chats.delete('c');
    expect(chats.list.items.map(({ id }) => id)).toEqual(['d']);
    await chats.list.restore();
    expect(chats.list.items.map(({ id }) => id)).toEqual(['c', 'd']);
    await chats.delete('c');
    vi.advanceTimersByTime(UNDO_FOR);
    expect(chats.list.deleted).toBeNull();
    await chats.list.restore();
    expect(backend.requests('restore_conversation')).toHaveLength(1);
  } finally {
    vi.useRealTimers();
  }
});

test('a title that can’t be saved is the old one again', async () => {
  const { chats } = await window({ rename_conversation: () => Promise.reject(commandError('database_read_only')) });
  await chats.rename('c', 'Better');
  expect(chats.list.find('c')?.title).toBe('Chat c');
  expect(chats.list.problem?.code).toBe('database_read_only');
});

test('a window that is loaded again in the middle of an answer goes on with it', async () => {
  const { chats, backend } = await window({
    list_conversations: () => [item('c'), item('d', { updatedAt: 500, running: true }), item('e', { running: true })],
    open_conversation: () => page(answer('a', streaming)),
    watch_turn: ({ conversation }, send) => {
      if (conversation === 'd') queueMicrotask(() => send(finished));
      else send(snapshot('a', p('so far')));
      return true;
    },
  });
  expect(chats.current.id).toBe('e');
  expect(shown(chats)).toEqual([p('so far')]);
  await vi.waitFor(() => expect(chats.list.find('d')?.running).toBe(false));
  expect(chats.list.find('e')?.running).toBe(true);
  expect(backend.requests('watch_turn').map(({ conversation }) => conversation)).toEqual(['d', 'e']);
});

test('steps that never fit end in words, not in a circle', async () => {
  const { chats, backend } = await window({
    open_conversation: () => page(answer('a', streaming)),
    watch_turn: (_, send) => {
      send(snapshot('another'));
      return true;
    },
  });
  await chats.open('c');
  await vi.waitFor(() => expect(chats.current.loadError?.code).toBe('bad_request'));
  expect(backend.requests('open_conversation').length).toBeLessThan(6);
});

test('an answer goes on where it was cut off, and counts once with both its parts', async () => {
  let emit: (event: TurnEvent) => void = () => undefined;
  const partial = answer('a', { type: 'failed', error: commandError('connection_lost') }, p('Half'));
  const usage = { inputTokens: 7, outputTokens: 2, reasoningTokens: null, cachedTokens: null, cost: 30 };
  const { chats, backend } = await window({
    open_conversation: () => ({
      ...page(question('q', 'Hi'), { ...partial, body: { ...partial.body, usage } as MessageView['body'] }),
      totals: { inputTokens: 107, outputTokens: 22, cost: 530, uncounted: 0, unpriced: 0 },
    }),
    retry_turn: (_, send) => {
      emit = send;
      return started('c', 'a');
    },
  });
  await chats.open('c');
  const cut = last(chats);
  await chats.goOn(cut);
  expect(backend.requests('retry_turn')).toEqual([{ conversation: 'c', answer: 'a', model: demoModel, goOn: true }]);
  expect(chats.current.messages.map((message) => message.id)).toEqual(['q', 'a']);
  expect(last(chats)).toBe(cut);
  expect(cut.streaming).toBe(true);
  expect(shown(chats)).toEqual([p('Half')]);
  emit(snapshot('a', p('Half')));
  emit(append(' and whole'));
  emit({ type: 'usage', usage: { ...usage, inputTokens: 20, outputTokens: 5, cost: 90 } });
  emit(finished);
  expect(shown(chats)).toEqual([p('Half and whole')]);
  expect(cut.state).toEqual(complete);
  expect(chats.current.totals).toMatchObject({ inputTokens: 120, outputTokens: 25, cost: 590 });
});

test('an answer that could not be asked for again leaves the draft alone', async () => {
  const { chats } = await window({
    open_conversation: () => page(answer('a', { type: 'cancelled' })),
    retry_turn: () => Promise.reject(commandError('disk_full')),
  });
  await chats.open('c');
  chats.draft.text = 'something else';
  await chats.retry(last(chats));
  expect(chats.current.problem?.code).toBe('disk_full');
  expect(chats.current.unsent).toBe(false);
  expect(chats.draft.text).toBe('something else');
});
