import '../src/styles/tokens.css';
import '../src/styles/base.css';

import { boot } from '../src/lib/app/boot.ts';
import { commandError } from '../src/lib/backend/backend.ts';
import { FakeBackend, pending } from '../src/lib/backend/fake.ts';
import type {
  KeyState,
  PasteOutcome,
  ProviderCard,
  SealedState,
  LimitsState,
  NetworkState,
  SettingsPage,
  SettingsState,
  StoreState,
  Theme,
} from '../src/lib/bindings/index.ts';
import SettingsWindow from '../src/lib/settings/SettingsWindow.svelte';
import { ownKinds } from '../tests/samples.ts';
import { updatesScript } from './updates.ts';

/*
 * The settings window in any of its states. In the address:
 * page=keys|limits|appearance|network|updates|privacy|about · first (the first run) · store=ready|new|locked|dismissed|absent|timedOut|failed ·
 * update=off|available|failed and so on, with why=, fault=, putOff= (see updates.ts) ·
 * limits=used|fresh (what of the limits is used) · network=set|plain|unusable ·
 * paste=stored|rejected|choose|declined|empty|waits, with `pasted` to do it at once · keys=many|none · theme=light|dark ·
 * click=a button's words, more than one with a comma
 */
const query = new URLSearchParams(location.search);
const theme = (query.get('theme') ?? 'light') as Theme;
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const now = Date.now();

const vendors = [
  { id: 'openai', name: 'OpenAI', host: 'api.openai.com' },
  { id: 'openrouter', name: 'OpenRouter', host: 'openrouter.ai' },
  { id: 'groq', name: 'Groq', host: 'api.groq.com' },
  { id: 'xai', name: 'xAI', host: 'api.x.ai' },
  { id: 'deepseek', name: 'DeepSeek', host: 'api.deepseek.com' },
  { id: 'mistral', name: 'Mistral', host: 'api.mistral.ai' },
  { id: 'moonshot', name: 'Moonshot AI', host: 'api.moonshot.ai' },
];

const card = (id: string, set: number, used: number | null, state: KeyState, name?: string): ProviderCard => {
  const vendor = vendors.find((one) => one.id === id) ?? { id, name: id, host: id };
  return {
    ...vendor,
    baseUrl: `https://${vendor.host}/v1`,
    own: false,
    protocol: 'openai-chat',
    local: false,
    defaultModel: 'a-model',
    canRevoke: true,
    orphan: false,
    keys: [
      {
        slot: 1,
        isDefault: true,
        due: set > 80 * DAY,
        name: name ?? vendor.name,
        origin: `https://${vendor.host}`,
        keptIn: 'system',
        setAt: now - set,
        lastUsedAt: used === null ? null : now - used,
        state,
      },
    ],
  };
};

const llama: ProviderCard = {
  id: 'llama',
  name: 'llama.cpp',
  host: '127.0.0.1:8080',
  baseUrl: 'http://127.0.0.1:8080/v1',
  own: true,
  protocol: 'openai-chat',
  local: true,
  defaultModel: 'tiny-q8',
  canRevoke: false,
  orphan: false,
  keys: [],
};

const stores: Record<string, StoreState> = {
  ready: { type: 'ready', collection: 'Login' },
  new: { type: 'new' },
  locked: { type: 'locked', collection: 'Login' },
  dismissed: { type: 'dismissed' },
  absent: {
    type: 'absent',
    reason: 'noService',
    install: 'sudo apt install gnome-keyring',
    distribution: 'Debian and Ubuntu',
  },
  timedOut: { type: 'timedOut' },
  failed: { type: 'failed', detail: 'org.freedesktop.DBus.Error.Failed: the daemon went away' },
};

const openai = card('openai', 0, null, 'ready');
const several = card('xai', 12 * DAY, 3 * MINUTE, 'ready', 'Work');
const [work] = several.keys;
if (work) {
  several.keys = [
    work,
    { ...work, slot: 2, isDefault: false, name: 'Home', keptIn: 'sealed', state: 'locked', lastUsedAt: now - 9 * DAY },
    { ...work, slot: 3, isDefault: false, name: 'Trial', keptIn: 'session', setAt: now - 2 * MINUTE, lastUsedAt: null },
  ];
}
const stored = (rejected: boolean): PasteOutcome => ({
  type: 'stored',
  provider: openai,
  recognised: true,
  collection: 'Login',
  verification: rejected
    ? {
        type: 'failed',
        error: commandError('key_rejected', {
          host: 'api.openai.com',
          status: 401,
          detail: 'Incorrect API key provided.',
        }),
      }
    : { type: 'accepted', models: 42 },
});

const state: SettingsState = {
  firstRun: query.has('first'),
  store: stores[query.get('store') ?? 'ready'] ?? { type: 'new' },
  sealed: (query.get('sealed') ?? 'none') as SealedState,
  rotateAfterDays: 90,
  vendors,
  ownKinds,
  providers:
    query.get('keys') === 'none'
      ? []
      : [
          card('mistral', 21 * DAY, 4 * MINUTE, 'ready'),
          openai,
          several,
          card('openrouter', 36 * DAY, DAY, 'locked', 'Work'),
          card('groq', 83 * DAY, 9 * DAY, 'gone'),
          llama,
        ],
};

function paste(): PasteOutcome | Promise<PasteOutcome> {
  switch (query.get('paste')) {
    case 'choose':
      return { type: 'chooseProvider', candidates: ['openai', 'deepseek', 'moonshot'] };
    case 'declined':
      return { type: 'declined' };
    case 'empty':
      throw commandError('clipboard_empty');
    case 'waits':
      return pending<PasteOutcome>().promise;
    default:
      return stored(query.get('paste') === 'rejected');
  }
}

const fresh = query.get('limits') === 'fresh';
const later = new Date(now);
const renewsAt = {
  day: new Date(later.getFullYear(), later.getMonth(), later.getDate() + 1).getTime(),
  month: new Date(later.getFullYear(), later.getMonth() + 1, 1).getTime(),
};
const budget = (
  provider: string | null,
  period: 'day' | 'month',
  measure: 'requests' | 'tokens' | 'cost',
  limit: number | null,
  used: number,
  unpricedTurns = 0,
) => ({
  provider,
  period,
  measure,
  limit: fresh ? null : limit,
  used: fresh ? 0 : used,
  unpricedTurns: fresh ? 0 : unpricedTurns,
  unreadable: false,
  renewsAt: renewsAt[period],
});
const limits: LimitsState = {
  cap: [
    { kind: 'turnsPerHour', limit: 60, most: 1000, used: fresh ? 0 : 12, renewsAt: now + 20 * MINUTE },
    {
      kind: 'outputTokensPerDay',
      limit: 500_000,
      most: 10_000_000,
      used: fresh ? 0 : 412_300,
      renewsAt: now + DAY / 3,
    },
  ],
  answerTokens: fresh ? null : 8192,
  answerUnreadable: false,
  budgets: [
    budget(null, 'month', 'cost', 20, 7.42, 3),
    budget(null, 'month', 'tokens', null, 4_312_300),
    budget(null, 'month', 'requests', null, 812),
    budget(null, 'day', 'cost', null, 0.0042),
    budget(null, 'day', 'tokens', null, 63_120),
    budget(null, 'day', 'requests', 500, 63),
    ...(fresh
      ? []
      : [
          budget('openai', 'month', 'cost', 10, 4.87),
          budget('openrouter', 'month', 'cost', 3, 2.55),
          budget('groq', 'month', 'requests', 500, 500),
          budget('groq', 'day', 'tokens', 0, 0),
        ]),
  ],
  providers: fresh && query.get('keys') === 'none' ? [] : vendors.slice(0, 3).map(({ id, name }) => ({ id, name })),
  prices: fresh
    ? []
    : [
        {
          provider: 'openai',
          providerName: 'OpenAI',
          model: 'gpt-6-luna',
          input: 0.25,
          output: 2,
          source: { type: 'catalogue', date: '2026-11-20' },
        },
        {
          provider: 'groq',
          providerName: 'Groq',
          model: 'openai/gpt-oss-120b',
          input: 0.075,
          output: 0.3,
          source: { type: 'own' },
        },
        {
          provider: 'openrouter',
          providerName: 'OpenRouter',
          model: 'some-vendor/a-model-with-quite-a-long-name-2026-11',
          input: null,
          output: null,
          source: { type: 'unknown' },
        },
      ],
};

const isPlain = query.get('network') === 'plain';
const network: NetworkState = {
  proxy: isPlain
    ? null
    : {
        address: 'http://proxy.workshop.example:3128',
        usable: query.get('network') !== 'unusable',
        login: { name: 'ann', keptIn: 'system', state: 'ready' },
      },
  direct: isPlain ? [] : ['intranet.example', '10.0.0.0/8'],
  certificates: isPlain
    ? null
    : {
        shown: '/usr/local/share/ca-certificates/workshop/workshop-root-2026.pem',
        count: query.get('network') === 'unusable' ? null : 2,
      },
  limits: [
    { name: 'connect', seconds: 15, usual: 15 },
    { name: 'firstByte', seconds: 600, usual: 120 },
    { name: 'silence', seconds: 120, usual: 120 },
  ],
  headers: isPlain
    ? []
    : [
        {
          provider: 'openai',
          providerName: 'OpenAI',
          origin: 'https://api.openai.com',
          name: 'openai-project',
          word: '',
          keptIn: 'system',
          state: 'ready',
        },
      ],
  providers: state.providers.map(({ id, name }) => ({ id, name })),
  canAsk: true,
};

const backend = new FakeBackend({
  app_info: () => ({
    version: '0.1.0',
    platform: 'linux',
    locale: 'en-GB',
    storeName: 'Secret Service',
    appearance: { theme, textSize: 15 },
    notices: [],
  }),
  window_ready: () => null,
  settings_state: () => state,
  watch_settings: (_, emit) => {
    const page = query.get('page') as SettingsPage | null;
    if (page) emit({ type: 'page', page });
    if (query.has('pasted')) setTimeout(() => emit({ type: 'pasteRequested' }), 100);
    return null;
  },
  paste_key: paste,
  verify_key: () => ({ type: 'accepted', models: 42 }),
  remove_key: () => true,
  clear_clipboard: () => true,
  use_key: () => null,
  open_key_page: () => false,
  unlock_sealed: () => 'locked',
  lock_sealed: () => null,
  set_rotation_reminder: ({ days }) => {
    state.rotateAfterDays = days;
    return null;
  },
  remove_everything: () => ({
    items: [
      { part: 'systemKeys', place: 'Secret Service', count: 4, outcome: { type: 'removed' } },
      {
        part: 'sealedKeys',
        place: '/home/ann/.local/share/chatelaine/keys.age',
        count: 1,
        outcome: { type: 'removed' },
      },
      {
        part: 'chats',
        place: '/home/ann/.local/share/chatelaine/chats.sqlite',
        count: 212,
        outcome: { type: 'removed' },
      },
      {
        part: 'settings',
        place: '/home/ann/.local/share/chatelaine/settings.json',
        count: 1,
        outcome: { type: 'removed' },
      },
      {
        part: 'log',
        place: '/home/ann/.local/share/chatelaine/chatelaine.log',
        count: 0,
        outcome: { type: 'left', why: 'Permission denied (os error 13)' },
      },
      { part: 'webData', place: '/home/ann/.local/share/chatelaine/webview', count: 0, outcome: { type: 'atQuit' } },
    ],
  }),
  unlock_store: () => ({ type: 'dismissed' }),
  open_chat: () => null,
  find_local_servers: () =>
    query.has('local')
      ? [
          {
            name: 'Ollama',
            host: '127.0.0.1:11434',
            protocol: 'ollama',
            baseUrl: 'http://127.0.0.1:11434/',
            models: 3,
            firstModel: 'qwen3',
          },
        ]
      : [],
  save_provider: ({ baseUrl, name, defaultModel }) => {
    state.providers.push({ ...llama, id: 'own', name: name || new URL(baseUrl).host, baseUrl, defaultModel });
    return true;
  },
  remove_provider: () => true,
  set_appearance: () => null,
  open_at_login: () => query.has('login'),
  set_open_at_login: () => {
    if (query.has('loginFails')) throw commandError('login_item_failed');
    return null;
  },
  diagnostics: () => 'Chatelaine 0.5.2',
  ...updatesScript(query),
  limits_state: () => limits,
  set_cap: ({ kind, value }) => {
    limits.cap = limits.cap.map((cap) => (cap.kind === kind ? { ...cap, limit: value } : cap));
    return value < 1000;
  },
  set_budget: () => false,
  set_answer_limit: ({ tokens }) => {
    limits.answerTokens = tokens;
    return true;
  },
  set_price: () => true,
  network_state: () => network,
  set_proxy: ({ address, direct }) => {
    if (address?.includes('@'))
      throw commandError('proxy_address_invalid', { detail: 'an address with a name or a password in it' });
    network.proxy = address === null ? null : { address, usable: true, login: null };
    network.direct = direct;
    return true;
  },
  set_proxy_login: () => false,
  remove_proxy_login: () => {
    if (network.proxy) network.proxy.login = null;
    return null;
  },
  choose_certificates: () => {
    throw commandError('certificates_invalid');
  },
  remove_certificates: () => {
    network.certificates = null;
    return null;
  },
  add_header: () => false,
  remove_header: () => true,
  set_wait_limit: ({ name, seconds }) => {
    network.limits = network.limits.map((one) => (one.name === name ? { ...one, seconds: seconds ?? one.usual } : one));
    return null;
  },
  privacy_report: () => ({
    store: state.store,
    dataFolder: '/home/ada/.local/share/chatelaine',
    turnsPerHour: 60,
    outputTokensPerDay: 500_000,
    hosts: state.providers.map(({ host }) => host),
    contactDays: 30,
    contacts: [
      {
        host: 'api.openai.com',
        purpose: 'turn',
        requests: 212,
        withKey: true,
        sentBytes: 3_120_000,
        lastAt: Date.now() - 4 * 60_000,
      },
      {
        host: 'updates.example.org',
        purpose: 'update',
        requests: 31,
        withKey: false,
        sentBytes: 0,
        lastAt: Date.now() - 40 * 60_000,
      },
      {
        host: '127.0.0.1:8080',
        purpose: 'inquiry',
        requests: 1,
        withKey: false,
        sentBytes: 0,
        lastAt: Date.now() - 3 * 86_400_000,
      },
    ],
    sandbox: { type: 'on' },
  }),
});

const target = document.getElementById('app');
if (target) void boot(backend, target, SettingsWindow).then(click);

/** Presses the buttons that the address names, one after the other. */
function click(): void {
  const names = query.get('click')?.split(',') ?? [];
  const next = () => {
    const name = names.shift();
    if (name === undefined) return;
    const buttons = [...document.querySelectorAll('button')];
    buttons.find((button) => (button.ariaLabel ?? button.textContent).includes(name))?.click();
    setTimeout(next, 150);
  };
  setTimeout(next, 200);
}
