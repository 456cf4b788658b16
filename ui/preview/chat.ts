// The chat window with a scripted backend, for looking at it in a browser: /preview/chat.html?state=chat&theme=dark.
// With update=available and so on there is a new version (see updates.ts); with `news`, what is new is shown.
// It is not part of the build.
import '../src/styles/base.css';
import '../src/styles/tokens.css';

import { boot } from '../src/lib/app/boot.ts';
import { commandError } from '../src/lib/backend/backend.ts';
import { FakeBackend } from '../src/lib/backend/fake.ts';
import type {
  Block,
  CommandError,
  ConversationItem,
  ErrorCode,
  Inline,
  MessageState,
  MessageView,
  ModelMenu,
  Notice,
  Span,
  StoreState,
  Theme,
  TokenKind,
} from '../src/lib/bindings/index.ts';
import ChatWindow from '../src/lib/conversation/ChatWindow.svelte';
import { UNKNOWN_USAGE } from '../src/lib/conversation/messages.svelte.ts';
import { NO_OPTIONS } from '../src/lib/conversation/options.ts';
import { NO_TOTALS } from '../src/lib/conversation/totals.ts';
import { abilities, demoModels, modelItem } from '../tests/samples.ts';
import { updatesScript } from './updates.ts';

const query = new URLSearchParams(location.search);
const state = query.get('state') ?? 'chat';
const DAY = 86_400_000;
const now = Date.now();

const t = (text: string): Inline => ({ type: 'text', text });
const code = (text: string): Inline => ({ type: 'code', text });
const em = (text: string): Inline => ({ type: 'emphasis', inlines: [t(text)] });
const strong = (text: string): Inline => ({ type: 'strong', inlines: [t(text)] });
const p = (...inlines: Inline[]): Block => ({ type: 'paragraph', inlines });
const h = (level: number, text: string): Block => ({ type: 'heading', level, inlines: [t(text)] });
const list = (...items: Inline[][]): Block => ({
  type: 'list',
  ordered: false,
  start: null,
  tight: true,
  items: items.map((inlines) => ({ checked: null, blocks: [p(...inlines)] })),
});
const row = (...cells: Inline[][]) => cells.map((inlines) => ({ inlines }));

const model = (name: string) => ({ model: { provider: 'anthropic', model: name }, name, demo: false });
const user = (id: string, text: string): MessageView => ({
  id,
  body: { role: 'user', text, files: [] },
  state: { type: 'complete', stopReason: null },
  createdAt: now,
});
const answer = (
  id: string,
  blocks: Block[],
  ending: MessageState = { type: 'complete', stopReason: 'done' },
  reasoning = '',
): MessageView => ({
  id,
  body: {
    role: 'assistant',
    blocks,
    reasoning,
    model: model('Claude Sonnet 4.5'),
    toolCalls: [],
    citations: [],
    usage: UNKNOWN_USAGE,
    leftOut: 0,
  },
  state: ending,
  createdAt: now,
});
const failed = (code: ErrorCode, more: Partial<CommandError> = {}): MessageState => ({
  type: 'failed',
  error: commandError(code, more),
});

const sql = `create index concurrently orders_customer_idx
  on orders ((payload ->> 'customer_id'));
-- repeat the expression exactly, or the index is not used
select id, total from orders
 where payload ->> 'customer_id' = '4711';`;

const chat: MessageView[] = [
  user('u', 'One field in a jsonb column: B-tree or GIN?'),
  answer('a', [
    p(t('A B-tree, on the expression. Keep GIN for keys that you can’t foresee.')),
    h(2, 'One known field'),
    { type: 'code', language: { name: 'SQL', info: 'sql' }, lines: sql.split('\n'), closed: true },
    h(3, 'Which index for which question'),
    {
      type: 'table',
      alignments: ['none', 'none', 'none'],
      head: row([t('You ask for')], [t('Index')], [t('Size')]),
      rows: [
        row([t('one known field, equal or in a range')], [t('B-tree on the expression')], [t('small')]),
        row([t('any key and value, with '), code('@>')], [t('GIN, '), code('jsonb_path_ops')], [t('medium')]),
        row([t('whether a key exists, with '), code('?')], [t('GIN, the default')], [t('large')]),
      ],
    },
    p(t('GIN is the wrong choice when')),
    list(
      [t('you sort or compare by the field: GIN keeps no order;')],
      [t('you insert far more than you read: each row touches many entries.')],
    ),
  ]),
];

const streaming: MessageView[] = [
  user(
    'u',
    'What does this mean, and how do I fix it?\n\nerror[E0502]: cannot borrow `text` as mutable because it is also borrowed as immutable',
  ),
  answer(
    'a',
    [
      p(
        t('A shared borrow of '),
        code('text'),
        t(' is still alive on the line where you try to change it. As long as somebody may read through '),
        code('&text'),
        t(', nobody may write to it.'),
      ),
      h(2, 'Where the borrow comes from'),
      p(
        t('This function returns a slice that points '),
        em('into'),
        t(' its argument, so the borrow lives as long as the result is used:'),
      ),
      {
        type: 'code',
        language: { name: 'Rust', info: 'rust' },
        lines: ['fn first_word(s: &str) -> &str {', '    s.split_whitespace().next().unwrap_or("")', '}'],
        closed: true,
      },
      p(
        t('You have two ways out. The simplest is to finish with the slice before you change the text: move the '),
        code('println!'),
        t(' above '),
        code('text.clear()'),
        t(', and the borrow ends there. If you need the word afterwards, make it your own with '),
      ),
    ],
    { type: 'streaming' },
    'The error code is E0502. The borrow comes from first_word.',
  ),
];

const errors: MessageView[] = [
  user('u1', 'A packing list for three days by the sea, hand luggage only.'),
  answer(
    'a1',
    [
      p(t('Three days fit into a small bag if you wear the heaviest things on the way.')),
      list(
        [strong('Wear:'), t(' rain jacket, wool jumper, boots.')],
        [strong('Pack:'), t(' two shirts, one pair of trousers, three sets of')],
      ),
    ],
    failed('connection_lost', { host: 'api.anthropic.com' }),
  ),
  user('u2', 'And if it freezes?'),
  answer('a2', [], failed('rate_limited', { host: 'api.anthropic.com', retryAfterSeconds: 12 })),
  user('u3', 'Same question, to Groq.'),
  answer('a3', [], failed('key_rejected', { host: 'api.groq.com' })),
];

const many: Block[] = [
  h(1, 'Everything at once'),
  p(
    t('A '),
    { type: 'link', url: 'https://example.com/a/b', title: null, inlines: [t('link to somewhere')] },
    t(', an image '),
    { type: 'image', alt: 'a cat', host: 'evil.example', url: 'https://evil.example/cat.png', title: null },
    t(', '),
    { type: 'strikethrough', inlines: [t('gone')] },
    t(' and <b>no HTML</b>.'),
  ),
  {
    type: 'list',
    ordered: true,
    start: 9,
    tight: false,
    items: [
      { checked: null, blocks: [p(t('Nine.')), list([t('inner one')], [t('inner two')])] },
      { checked: null, blocks: [p(t('Ten, with a second paragraph.')), p(t('Here it is.'))] },
    ],
  },
  {
    type: 'list',
    ordered: false,
    start: null,
    tight: true,
    items: [
      { checked: true, blocks: [p(t('A task that is done'))] },
      { checked: false, blocks: [p(t('A task that is not'))] },
    ],
  },
  {
    type: 'quote',
    blocks: [p(t('Somebody said this, over more than one line if the window is narrow enough for it.'))],
  },
  { type: 'rule' },
  {
    type: 'code',
    language: null,
    lines: [
      'a line that is far too long for the box, so that it has to scroll to the side within the box, and only there',
    ],
    closed: true,
  },
  p(t('שלום עולם, right to left.')),
  h(4, 'A small heading'),
  p(t('The end.')),
];

const pages: Record<string, MessageView[]> = {
  chat,
  picker: chat,
  streaming,
  errors,
  many: [user('u', 'Show me everything.'), answer('a', many, { type: 'complete', stopReason: 'length' })],
  locked: [
    user('u', 'Hello?'),
    answer('a', [], failed('store_locked', { subject: 'Secret Service', host: 'api.anthropic.com' })),
  ],
  waiting: [user('u', 'Hello?'), answer('a', [], { type: 'streaming' })],
  paused: [
    user('u', 'Hello?'),
    answer(
      'a',
      [],
      failed('rate_limited', {
        host: 'api.anthropic.com',
        retryAfterSeconds: 12,
        detail: 'Number of requests exceeded.',
      }),
    ),
  ],
  stopped: [user('u', 'Hello?'), answer('a', [p(t('Half an'))], { type: 'cancelled' })],
};

const titles: [string, number][] = [
  ['Packing list for three days', 0],
  ['Read a borrow checker error', 0],
  ['Letter about the broken heating', 0],
  ['Rename photos by date taken', 1],
  ['Why bread spreads in the oven', 1],
  ['Kündigungsfrist nachrechnen', 1],
  ['Regex for ISO 8601 dates', 3],
  ['Explain a p-value to a juror', 4],
  ['Shorter cover letter', 5],
  ['Tax terms in plain English', 33],
  ['A week of dinners, no oven', 34],
];
const items: ConversationItem[] = [
  { id: 'c', title: 'Postgres: index one JSON field', updatedAt: now, running: state === 'streaming' },
  ...titles.map(([title, days], index) => ({
    id: `i${index}`,
    title,
    updatedAt: now - days * DAY - (index + 1) * 1000,
    running: false,
  })),
];

const menu: ModelMenu = {
  selected: query.has('demo')
    ? { provider: 'demo', model: 'demo' }
    : { provider: 'anthropic', model: 'claude-sonnet-4-5' },
  local: [
    {
      name: 'Ollama',
      host: '127.0.0.1:11434',
      protocol: 'ollama',
      baseUrl: 'http://127.0.0.1:11434/',
      models: 3,
      firstModel: 'qwen3',
    },
  ],
  groups: [
    {
      provider: 'anthropic',
      name: 'Anthropic',
      host: 'api.anthropic.com',
      demo: false,
      abilities,
      left: null,
      models: [
        {
          ...modelItem('claude-sonnet-4-5', 'Claude Sonnet 4.5'),
          context: 200_000,
          images: true,
          reasoning: true,
          price: { input: 3, output: 15, date: '2026-04-12' },
        },
        modelItem('claude-haiku-4-5', 'Claude Haiku 4.5'),
      ],
      error: null,
    },
    {
      provider: 'openai',
      name: 'OpenAI',
      host: 'api.openai.com',
      demo: false,
      abilities,
      left: null,
      models: [modelItem('gpt-5-mini', 'GPT-5 mini')],
      error: null,
    },
    {
      provider: 'local',
      name: 'On this computer',
      host: '127.0.0.1:11434',
      demo: false,
      abilities,
      left: null,
      models: [modelItem('qwen3-8b', 'Qwen3 8B')],
      error: commandError('connection_refused', { host: '127.0.0.1:11434' }),
    },
    {
      provider: 'openrouter',
      name: 'OpenRouter',
      host: 'openrouter.ai',
      demo: false,
      abilities,
      left: null,
      models: [modelItem('auto', 'Auto')],
      error: commandError('store_locked', { subject: 'Secret Service' }),
    },
    demoModels,
  ],
};

function colours(line: string): Span[] {
  const spans: Span[] = [];
  const rules =
    /(--.*$|\/\/.*$)|('[^']*'|"[^"]*")|\b(create|index|concurrently|on|select|from|where|fn|let)\b|\b(str)\b|(\w+)(?=\()/g;
  const kinds: TokenKind[] = ['comment', 'string', 'keyword', 'type', 'name'];
  let end = 0;
  for (const match of line.matchAll(rules)) {
    if (match.index > end) spans.push({ kind: 'plain', text: line.slice(end, match.index) });
    const kind = kinds[match.slice(1).findIndex((group) => group !== undefined)] ?? 'plain';
    spans.push({ kind, text: match[0] });
    end = match.index + match[0].length;
  }
  if (end < line.length) spans.push({ kind: 'plain', text: line.slice(end) });
  return spans;
}

const notices: Notice[] =
  state === 'notices' ? [{ type: 'settingsSetAside', reason: 'broken', keptAs: 'settings.broken-1.json' }] : [];
const locked: StoreState = { type: 'locked', collection: 'Login' };

const backend = new FakeBackend({
  app_info: () => ({
    version: '0.1.0',
    platform: 'linux',
    locale: 'en-GB',
    storeName: 'Secret Service',
    appearance: { theme: (query.get('theme') ?? 'system') as Theme, textSize: Number(query.get('size') ?? 15) },
    notices,
  }),
  window_ready: () => null,
  watch_app: () => null,
  ...updatesScript(query),
  list_conversations: () => items,
  open_conversation: ({ conversation }) => ({
    conversation: items.find((item) => item.id === conversation) ?? {
      id: 'c',
      title: '',
      updatedAt: now,
      running: false,
    },
    messages: pages[state] ?? chat,
    hasEarlier: false,
    totals: NO_TOTALS,
    options: NO_OPTIONS,
  }),
  watch_turn: () => true,
  stop_turn: () => null,
  highlight_code: ({ lines }) => lines.map(colours),
  list_models: () => menu,
  choose_model: () => null,
  message_text: () => 'text',
  list_drafts: () => [],
  keep_draft: () => true,
  unlock_store: () => (query.has('stays') ? locked : { type: 'ready', collection: null }),
  rename_conversation: () => null,
  delete_conversation: () => null,
  restore_conversation: () => null,
  open_settings: () => null,
  open_link: () => true,
  look_for_key: ({ text }) => (/\b(sk|gsk)[-_]/.test(text) ? { provider: 'OpenAI' } : null),
  start_turn: ({ text }, emit) => {
    const words = 'This is an answer that comes word by word, so that one can watch it. '.repeat(20).split(' ');
    let at = 0;
    const timer = setInterval(() => {
      const word = words[at];
      if (word === undefined) {
        clearInterval(timer);
        emit({ type: 'finished', stopReason: 'done' });
      } else if (at % 40 === 0) emit({ type: 'blocks', keep: at / 40, grow: null, changed: [p(t(word))] });
      else emit({ type: 'blocks', keep: Math.floor(at / 40), grow: { type: 'text', append: ` ${word}` }, changed: [] });
      at++;
    }, 40);
    const item = { id: 'new', title: text.slice(0, 40), updatedAt: Date.now(), running: true };
    items.unshift(item);
    return { conversation: item, question: 'nq', answer: answer('na', [], { type: 'streaming' }) };
  },
});

if (query.has('inter')) document.documentElement.style.setProperty('--font-text', 'Inter, sans-serif');
const target = document.getElementById('app');
if (target) await boot(backend, target, ChatWindow);

// Bring the window into the state that is asked for, as a person would.
const click = (selector: string) => document.querySelector<HTMLElement>(selector)?.click();
setTimeout(() => {
  if (state in pages && state !== 'notices') {
    dispatchEvent(new KeyboardEvent('keydown', { key: '1', ctrlKey: true, cancelable: true }));
  }
  if (state === 'key') {
    const field = document.querySelector<HTMLTextAreaElement>('[data-testid="composer"]');
    if (!field) return;
    field.value = 'sk-proj-EXAMPLE-this-is-not-a-real-key-0000';
    field.dispatchEvent(new Event('input', { bubbles: true }));
  }
  if (state === 'picker') setTimeout(() => click('[data-testid="model-picker"]'), 100);
  if (query.has('news')) setTimeout(() => click('[data-testid="update-banner"] button'), 100);
  if (state === 'sheet') setTimeout(() => click('header button'), 100);
  if (state === 'deleted') backend.call('delete_conversation', { conversation: 'c' }).catch(() => undefined);
}, 150);
