import { flushSync, mount, unmount } from 'svelte';
import { afterEach } from 'vitest';

import { makeApp } from '../src/lib/app/context.ts';
import { FakeBackend, type Script } from '../src/lib/backend/fake.ts';
import type {
  AppInfo,
  KeyCard,
  KeyState,
  PasteOutcome,
  ProviderCard,
  SettingsEvent,
  SettingsState,
} from '../src/lib/bindings/index.ts';
import SettingsWindow from '../src/lib/settings/SettingsWindow.svelte';
import { ownKinds } from './samples.ts';

export function vendorCard(state: KeyState = 'ready'): ProviderCard {
  return {
    id: 'openai',
    name: 'OpenAI',
    host: 'api.openai.com',
    baseUrl: 'https://api.openai.com/v1',
    own: false,
    protocol: 'openai-chat',
    local: false,
    defaultModel: 'a-model',
    keys: [keyCard({ state })],
    canRevoke: true,
    orphan: false,
  };
}

export const keyCard = (more: Partial<KeyCard> = {}): KeyCard => ({
  slot: 1,
  isDefault: true,
  due: false,
  name: 'OpenAI',
  origin: 'https://api.openai.com',
  keptIn: 'system',
  setAt: Date.now(),
  lastUsedAt: null,
  state: 'ready',
  ...more,
});

export function ownCard(more: Partial<ProviderCard> = {}): ProviderCard {
  return {
    id: 'own',
    name: 'Gateway',
    host: 'gateway.example',
    baseUrl: 'https://gateway.example/v1',
    own: true,
    protocol: 'openai-chat',
    local: false,
    defaultModel: '',
    keys: [],
    canRevoke: false,
    orphan: false,
    ...more,
  };
}

export const storedOutcome = (more: Partial<Extract<PasteOutcome, { type: 'stored' }>> = {}): PasteOutcome => ({
  type: 'stored',
  provider: vendorCard(),
  recognised: true,
  collection: 'Login',
  verification: { type: 'accepted', models: 42 },
  ...more,
});

export const settingsState = (more: Partial<SettingsState> = {}): SettingsState => ({
  firstRun: false,
  store: { type: 'ready', collection: 'Login' },
  sealed: 'none',
  rotateAfterDays: null,
  providers: [],
  ownKinds,
  vendors: [
    { id: 'openai', name: 'OpenAI', host: 'api.openai.com' },
    { id: 'deepseek', name: 'DeepSeek', host: 'api.deepseek.com' },
    { id: 'mistral', name: 'Mistral', host: 'api.mistral.ai' },
  ],
  ...more,
});

let open: object | null = null;

afterEach(close);

async function close(): Promise<void> {
  if (open) await unmount(open);
  open = null;
  document.body.replaceChildren();
}

export interface OpenWindow {
  backend: FakeBackend;
  /** What the app tells the window. */
  tell: (event: SettingsEvent) => Promise<void>;
}

/** Opens the settings window on a state, and waits until it is shown. */
export async function openSettings(
  state: SettingsState | (() => SettingsState),
  script: Script = {},
  info: Partial<AppInfo> = {},
): Promise<OpenWindow> {
  let emit: (event: SettingsEvent) => void = () => undefined;
  const backend = new FakeBackend({
    settings_state: () => (typeof state === 'function' ? state() : state),
    watch_settings: (_, onEvent) => {
      emit = onEvent;
      return null;
    },
    open_chat: () => null,
    open_at_login: () => false,
    watch_updates: () => null,
    ...script,
  });
  const app = makeApp(backend, {
    version: '1.2.3',
    platform: 'linux',
    locale: 'en',
    storeName: 'Secret Service',
    appearance: { theme: 'system', textSize: 15 },
    notices: [],
    ...info,
  });
  await close();
  open = mount(SettingsWindow, { target: document.body, props: { app } });
  await settle();
  const tell = async (event: SettingsEvent) => {
    emit(event);
    await settle();
  };
  return { backend, tell };
}

/** Lets every promise that is ready run, and the page follow. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) {
    await Promise.resolve();
    flushSync();
  }
}

export const page = (): string => (document.body.textContent ?? '').replace(/\s+/g, ' ');

export function byTestId(id: string): HTMLElement {
  const all = document.querySelectorAll<HTMLElement>(`[data-testid="${id}"]`);
  if (all.length !== 1 || !all[0]) throw new Error(`${all.length} elements are called ${id}`);
  return all[0];
}

/** The one button, radio or menu entry with this name. */
export function button(name: string): HTMLButtonElement {
  const all = [...document.querySelectorAll('button')].filter(
    (one) => (one.ariaLabel ?? one.getAttribute('aria-label') ?? one.textContent.trim().replace(/\s+/g, ' ')) === name,
  );
  if (all.length !== 1 || !all[0]) throw new Error(`${all.length} buttons are called ${name}`);
  return all[0];
}

export async function press(element: HTMLElement): Promise<void> {
  element.click();
  await settle();
}

export async function type(field: HTMLInputElement, text: string): Promise<void> {
  field.value = text;
  field.dispatchEvent(new Event('input', { bubbles: true }));
  await settle();
}

export async function key(name: string): Promise<void> {
  const target = document.activeElement ?? document.body;
  target.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true }));
  await settle();
}

/** The field with this label. */
export function field(label: string): HTMLInputElement {
  const fields = [...document.querySelectorAll('input')];
  const found = fields.find(
    (one) => one.getAttribute('aria-label') === label || one.labels?.[0]?.textContent === label,
  );
  if (!found) throw new Error(`no field is called ${label}`);
  return found;
}
