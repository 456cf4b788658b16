import '../src/styles/tokens.css';
import '../src/styles/base.css';

import { boot } from '../src/lib/app/boot.ts';
import { FakeBackend, pending } from '../src/lib/backend/fake.ts';
import type {
  CommandError,
  KeyState,
  PasteOutcome,
  ProviderCard,
  SettingsPage,
  SettingsState,
  StoreState,
  Theme,
} from '../src/lib/bindings/index.ts';
import SettingsWindow from '../src/lib/settings/SettingsWindow.svelte';

/*
 * The settings window in any of its states. In the address:
 * page=keys|appearance|privacy|about · first (the first run) · store=ready|new|locked|dismissed|absent|timedOut|failed ·
 * paste=stored|rejected|choose|declined|empty|waits, with `pasted` to do it at once · keys=many|none · theme=light|dark ·
 * click=a button's words, more than one with a comma
 */
const query = new URLSearchParams(location.search);
const theme = (query.get('theme') ?? 'light') as Theme;
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const now = Date.now();

const error = (code: CommandError['code'], more: Partial<CommandError> = {}): CommandError => ({
  code,
  host: null,
  subject: null,
  status: null,
  retryAfterSeconds: null,
  detail: null,
  ...more,
});

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
    local: false,
    defaultModel: 'a-model',
    key: {
      name: name ?? vendor.name,
      origin: `https://${vendor.host}`,
      keptIn: 'system',
      setAt: now - set,
      lastUsedAt: used === null ? null : now - used,
      state,
    },
  };
};

const llama: ProviderCard = {
  id: 'llama',
  name: 'llama.cpp',
  host: '127.0.0.1:8080',
  baseUrl: 'http://127.0.0.1:8080/v1',
  own: true,
  local: true,
  defaultModel: 'tiny-q8',
  key: null,
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
const stored = (rejected: boolean): PasteOutcome => ({
  type: 'stored',
  provider: openai,
  recognised: true,
  collection: 'Login',
  verification: rejected
    ? {
        type: 'failed',
        error: error('key_rejected', { host: 'api.openai.com', status: 401, detail: 'Incorrect API key provided.' }),
      }
    : { type: 'accepted', models: 42 },
});

const state: SettingsState = {
  firstRun: query.has('first'),
  store: stores[query.get('store') ?? 'ready'] ?? { type: 'new' },
  vendors,
  providers:
    query.get('keys') === 'none'
      ? []
      : [
          card('mistral', 21 * DAY, 4 * MINUTE, 'ready'),
          openai,
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
      throw error('clipboard_empty');
    case 'later':
      throw error('vendor_later', { subject: 'Anthropic' });
    case 'waits':
      return pending<PasteOutcome>().promise;
    default:
      return stored(query.get('paste') === 'rejected');
  }
}

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
  unlock_store: () => ({ type: 'dismissed' }),
  open_chat: () => null,
  save_provider: ({ baseUrl, name, defaultModel }) => {
    state.providers.push({ ...llama, id: 'own', name: name || new URL(baseUrl).host, baseUrl, defaultModel });
    return true;
  },
  remove_provider: () => true,
  set_appearance: () => null,
  privacy_report: () => ({
    store: state.store,
    dataFolder: '/home/ada/.local/share/chatelaine',
    turnsPerHour: 60,
    outputTokensPerDay: 500_000,
    hosts: state.providers.map(({ host }) => host),
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
