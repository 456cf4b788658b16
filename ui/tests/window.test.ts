import { flushSync } from 'svelte';
import { expect, test, vi } from 'vitest';

import { boot } from '../src/lib/app/boot.ts';
import { commandError } from '../src/lib/backend/backend.ts';
import { FakeBackend, pending, type Script } from '../src/lib/backend/fake.ts';
import type { Block, MessageState, MessageView, StartedTurn, TurnEvent } from '../src/lib/bindings/index.ts';
import ChatWindow from '../src/lib/conversation/ChatWindow.svelte';
import { NO_OPTIONS } from '../src/lib/conversation/options.ts';
import { NO_TOTALS } from '../src/lib/conversation/totals.ts';
import { chat, info, openChat } from './chat.fixture.ts';
import { abilities, demoAnswer, demoModel, demoModels, modelItem } from './samples.ts';

const hostile = '<img src=x onerror="globalThis.hit=1"><script>globalThis.hit=1</script>{@html x}';

const answer = (blocks: Block[], state: MessageState = { type: 'streaming' }) => demoAnswer('a', blocks, state);

async function open(script: Script = {}): Promise<FakeBackend> {
  const backend = openChat({
    list_models: () => ({
      selected: demoModel,
      local: [],
      groups: [
        {
          provider: 'own',
          name: 'My own',
          host: 'llm.example:8443',
          demo: false,
          models: [modelItem('m1', 'First')],
          abilities,
          left: null,
          error: null,
        },
        demoModels,
      ],
    }),
    highlight_code: () => [],
    ...script,
  });
  await vi.waitFor(() => expect(by('conversation-item')).toBeTruthy());
  return backend;
}

const by = <T extends HTMLElement = HTMLElement>(id: string) => document.querySelector<T>(`[data-testid="${id}"]`) as T;
const press = (target: EventTarget, key: string, more: KeyboardEventInit = {}) => {
  target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }));
  flushSync();
};
function type(text: string): HTMLTextAreaElement {
  const field = by<HTMLTextAreaElement>('composer');
  field.value = text;
  field.dispatchEvent(new Event('input', { bubbles: true }));
  flushSync();
  return field;
}

test('Enter sends once, the text is cleared when it is accepted, and the focus stays', async () => {
  const reply = pending<StartedTurn>();
  const backend = await open({ start_turn: () => reply.promise });
  const field = type('Hello');
  field.focus();
  press(field, 'Enter', { shiftKey: true });
  press(field, 'Enter', { isComposing: true });
  press(field, 'Enter', { keyCode: 229 });
  expect(backend.requests('start_turn')).toHaveLength(0);
  press(field, 'Enter');
  press(field, 'Enter');
  expect(by<HTMLButtonElement>('send').disabled).toBe(true);
  by('send').click();
  expect(backend.requests('start_turn')).toHaveLength(1);
  expect(field.value).toBe('Hello');
  reply.resolve({ conversation: chat, question: 'q', answer: answer([]) });
  await vi.waitFor(() => expect(by<HTMLTextAreaElement>('composer').value).toBe(''));
  expect(by('message-user').textContent.trim()).toBe('Hello');
  expect(document.activeElement).toBe(by('composer'));
});

test('a key in the composer is told of; Enter leads to what can be done, and nothing is sent before that', async () => {
  const key = 'sk-proj-0123456789abcdefghijABCDEFGHIJ0123456789';
  const backend = await open({
    look_for_key: () => ({ provider: 'OpenAI' }),
    open_settings: () => null,
    start_turn: () => ({ conversation: chat, question: 'q', answer: answer([]) }),
  });
  const field = type(key);
  field.focus();
  await vi.waitFor(() => expect(by('key-notice')).toBeTruthy());
  expect(by('key-notice').getAttribute('role')).toBe('alert');
  expect(by('key-notice').textContent).toContain('Make a new one at OpenAI');
  expect(document.activeElement).toBe(field);
  expect(by<HTMLButtonElement>('send').disabled).toBe(true);
  press(field, 'Enter', { repeat: true });
  expect(document.activeElement).toBe(field);
  press(field, 'Enter');
  const [settings, send] = by('key-notice').querySelectorAll('button');
  await vi.waitFor(() => expect(document.activeElement).toBe(settings));
  expect(field.value).toBe(key);
  settings?.click();
  expect(backend.requests('open_settings')).toEqual([{ page: 'keys' }]);
  expect(backend.requests('start_turn')).toHaveLength(0);
  send?.click();
  await vi.waitFor(() => expect(by('message-user').textContent.trim()).toBe(key));
  expect(backend.requests('start_turn')).toMatchObject([{ text: key, asText: true }]);
  expect(by('key-notice')).toBeNull();
  expect(document.activeElement).toBe(by('composer'));
});

test('Esc stops the answer, and Stop stands in the place of Send', async () => {
  let emit: (event: TurnEvent) => void = () => undefined;
  const backend = await open({
    start_turn: (_, send) => {
      emit = send;
      return { conversation: chat, question: 'q', answer: answer([]) };
    },
    stop_turn: () => null,
  });
  press(type('Hello'), 'Enter');
  await vi.waitFor(() => expect(by('stop')).toBeTruthy());
  expect(by('send')).toBeNull();
  press(by('composer'), 'Escape');
  expect(backend.requests('stop_turn')).toEqual([{ conversation: 'c' }]);
  emit({
    type: 'blocks',
    keep: 0,
    grow: null,
    changed: [{ type: 'paragraph', inlines: [{ type: 'text', text: 'Hal' }] }],
  });
  emit({ type: 'cancelled' });
  flushSync();
  await vi.waitFor(() => expect(by('send')).toBeTruthy());
  expect(by('message-assistant').textContent).toContain('Hal');
  expect(by('message-assistant').textContent).toContain('Kept as far as it came');
});

test('whatever stands in an answer or a question is text', async () => {
  const text = { type: 'text' as const, text: hostile };
  const inlines = [
    text,
    { type: 'code' as const, text: hostile },
    { type: 'strong' as const, inlines: [text] },
    { type: 'emphasis' as const, inlines: [text] },
    { type: 'strikethrough' as const, inlines: [text] },
    { type: 'link' as const, url: 'https://example.com/', title: hostile, inlines: [text] },
    { type: 'link' as const, url: 'javascript:globalThis.hit=1', title: null, inlines: [text] },
    { type: 'image' as const, alt: hostile, host: 'evil.example', url: 'https://evil.example/x.png', title: hostile },
  ];
  const cell = { inlines };
  const blocks: Block[] = [
    { type: 'paragraph', inlines },
    ...[1, 2, 3, 4, 5, 6].map((level): Block => ({ type: 'heading', level, inlines })),
    { type: 'code', language: { name: hostile, info: hostile }, lines: [hostile], closed: true },
    {
      type: 'list',
      ordered: true,
      start: 3,
      tight: true,
      items: [{ checked: true, blocks: [{ type: 'paragraph', inlines }] }],
    },
    { type: 'quote', blocks: [{ type: 'paragraph', inlines }] },
    { type: 'table', alignments: ['right'], head: [cell], rows: [[cell], []] },
    { type: 'rule' },
  ];
  const question: MessageView = {
    id: 'q',
    body: { role: 'user', text: hostile, files: [] },
    state: { type: 'complete', stopReason: null },
    createdAt: 1000,
  };
  const backend = await open({
    open_conversation: () => ({
      conversation: { ...chat, title: hostile },
      messages: [question, answer(blocks, { type: 'complete', stopReason: 'done' })],
      hasEarlier: false,
      totals: NO_TOTALS,
      options: NO_OPTIONS,
    }),
    highlight_code: () => [[{ kind: 'string', text: hostile }]],
    open_link: () => true,
  });
  by('conversation-item').click();
  await vi.waitFor(() => expect(by('message-assistant')).toBeTruthy());
  await vi.waitFor(() => expect(document.querySelector('pre .string')?.textContent).toBe(hostile));
  expect(document.querySelectorAll('img, script, iframe, object, style')).toHaveLength(0);
  expect((globalThis as { hit?: number }).hit).toBeUndefined();
  expect(by('message-user').textContent.trim()).toBe(hostile);
  expect(by('message-assistant').querySelectorAll('h1')).toHaveLength(0);

  const links = [...document.querySelectorAll<HTMLAnchorElement>('article a')];
  expect(new Set(links.map((link) => link.getAttribute('href')))).toEqual(new Set(['https://example.com/']));
  expect(links[0]?.title).toContain('Opens https://example.com/');
  const click = new MouseEvent('click', { bubbles: true, cancelable: true });
  links[0]?.dispatchEvent(click);
  expect(click.defaultPrevented).toBe(true);
  expect(backend.requests('open_link')).toEqual([{ url: 'https://example.com/' }]);
});

test('an error stands where the answer would be, with what can be done', async () => {
  const backend = await open({
    open_conversation: () => ({
      conversation: chat,
      messages: [
        answer([], {
          type: 'failed',
          error: commandError('key_rejected', {
            host: 'api.example.com',
            subject: 'Example',
            status: 401,
            detail: hostile,
          }),
        }),
      ],
      hasEarlier: false,
      totals: NO_TOTALS,
      options: NO_OPTIONS,
    }),
    open_settings: () => null,
    retry_turn: () => ({ conversation: chat, question: 'q', answer: answer([]) }),
  });
  by('conversation-item').click();
  await vi.waitFor(() => expect(by('message-error')).toBeTruthy());
  expect(by('message-error').textContent).toContain('api.example.com says the key is wrong.');
  const [settings, retry] = by('message-error').querySelectorAll('button');
  settings?.click();
  expect(backend.requests('open_settings')).toEqual([{ page: 'keys' }]);
  retry?.click();
  await vi.waitFor(() => expect(by('message-error')).toBeNull());
  expect(backend.requests('retry_turn')).toHaveLength(1);
});

test('the picker is searched and chosen from by keyboard', async () => {
  const backend = await open({ choose_model: () => null });
  press(document.body, 'm', { ctrlKey: true });
  const field = document.querySelector<HTMLInputElement>('[role="combobox"]');
  expect(document.activeElement).toBe(field);
  await vi.waitFor(() => expect(backend.requests('list_models').map(({ ask }) => ask)).toEqual([false, false, true]));
  expect(document.querySelectorAll('[role="option"]')).toHaveLength(2);
  if (!field) throw new Error('no field');
  field.value = 'firs';
  field.dispatchEvent(new Event('input', { bubbles: true }));
  flushSync();
  expect([...document.querySelectorAll('[role="option"]')].map((one) => one.textContent?.trim())).toEqual(['First']);
  press(field, 'Enter');
  expect(backend.requests('choose_model')).toEqual([{ model: { provider: 'own', model: 'm1' } }]);
  await vi.waitFor(() => expect(document.activeElement).toBe(by('composer')));
  expect(document.body.textContent).toContain('Your message goes to llm.example:8443, and nowhere else.');
});

test('a chat is renamed in its place', async () => {
  const backend = await open({ rename_conversation: () => null });
  press(by('conversation-item'), 'F2');
  const field = document.querySelector<HTMLInputElement>('li input');
  if (!field) throw new Error('no field');
  field.value = 'Better';
  field.dispatchEvent(new Event('input', { bubbles: true }));
  press(field, 'Enter', { isComposing: true });
  expect(backend.requests('rename_conversation')).toEqual([]);
  press(field, 'Enter');
  await vi.waitFor(() => expect(by('conversation-item').textContent).toContain('Better'));
  expect(backend.requests('rename_conversation')).toEqual([{ conversation: 'c', title: 'Better' }]);
});

test('a window that can’t start says so', async () => {
  const ready = vi.fn(() => null);
  const backend = new FakeBackend({ app_info: () => Promise.reject(new Error('no app')), window_ready: ready });
  await boot(backend, document.body, ChatWindow);
  expect(by('boot-failure').textContent).toContain('Chatelaine could not start.');
  expect(by('boot-failure').textContent).toContain('no app');
  await vi.waitFor(() => expect(ready).toHaveBeenCalledOnce());
});

test('a window puts on what it is to look like, and says when it has been painted', async () => {
  const ready = vi.fn(() => null);
  const backend = new FakeBackend({
    app_info: () => info,
    window_ready: ready,
    watch_app: () => null,
    list_conversations: () => [],
    list_models: () => ({ selected: demoModel, groups: [], local: [] }),
  });
  await boot(backend, document.body, ChatWindow);
  expect(document.documentElement.dataset.theme).toBe('dark');
  expect(document.documentElement.style.getPropertyValue('--size-reading')).toBe('1.0625rem');
  await vi.waitFor(() => expect(ready).toHaveBeenCalledOnce());
});
