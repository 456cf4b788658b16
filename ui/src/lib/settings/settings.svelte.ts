import { createContext } from 'svelte';

import type { App } from '../app/context.ts';
import { asCommandError } from '../backend/backend.ts';
import type {
  CommandError,
  KeyState,
  ProviderCard,
  SettingsEvent,
  SettingsPage,
  SettingsState,
  StoreState,
  Verification,
} from '../bindings/index.ts';
import { words } from '../words/words.ts';
import { Paste } from './paste.svelte.ts';

/** What stands under a provider's row. */
export type RowState =
  | { type: 'asking' }
  | { type: 'removing' }
  | { type: 'declined' }
  | { type: 'verified'; verification: Verification }
  | { type: 'failed'; error: CommandError };

export const [getSettings, setSettings] = createContext<Settings>();

/** What the settings window knows and does. */
export class Settings {
  state = $state.raw<SettingsState | null>(null);
  /** Why there is no state to show. */
  failure = $state.raw<CommandError | null>(null);
  /** Why the last action of the page failed. */
  problem = $state.raw<CommandError | null>(null);
  page = $state<SettingsPage>('keys');
  /** Whether the first run's page is shown. Decided once: a key that is put away does not take the page away. */
  firstRun = $state(false);
  /** The provider that the page's paste button is for, if it is for one. */
  pasteFor = $state<string | null>(null);
  looking = $state(false);
  unlocking = $state(false);
  /** Under each row, by provider. */
  rows = $state.raw<Readonly<Record<string, RowState>>>({});
  /** What a screen reader says next. */
  said = $state('');
  readonly paste: Paste;
  readonly #app: App;
  #asked = 0;
  #latest: Promise<void> = Promise.resolve();

  constructor(app: App) {
    this.#app = app;
    this.paste = new Paste(app.backend, (provider) => {
      this.#row(provider.id, null);
      void this.look();
    });
  }

  get store(): StoreState | null {
    return this.state?.store ?? null;
  }

  /** Where a key goes that is pasted now. */
  get keepIn() {
    return this.store?.type === 'absent' ? 'session' : 'system';
  }

  /** Hears what happens outside the window, and looks for the first time. */
  async open(): Promise<void> {
    const watching = this.#app.backend.call('watch_settings', null, (event) => this.#hear(event));
    await Promise.all([watching, this.look()]).catch((reason: unknown) => (this.problem = asCommandError(reason)));
  }

  /** Looks at keys and store anew. Looking never prompts. */
  async look(): Promise<void> {
    this.#latest = this.#take();
    // A later look has the newer state, and an earlier one brings none any more: all wait for the last.
    for (let seen; seen !== this.#latest;) {
      seen = this.#latest;
      await seen;
    }
  }

  async #take(): Promise<void> {
    const mine = ++this.#asked;
    this.looking = true;
    try {
      const state = await this.#app.backend.call('settings_state');
      if (mine !== this.#asked) return;
      const first = this.state === null;
      this.state = { ...state, store: withPrompt(state.store, this.store) };
      this.failure = null;
      if (first) this.firstRun = state.firstRun && this.page === 'keys';
    } catch (reason) {
      if (mine === this.#asked && this.state === null) this.failure = asCommandError(reason);
      else if (mine === this.#asked) this.problem = asCommandError(reason);
    } finally {
      if (mine === this.#asked) this.looking = false;
    }
  }

  /** Has the store ask to be unlocked; one prompt at a time. */
  async unlock(): Promise<void> {
    if (this.unlocking) return;
    this.unlocking = true;
    this.problem = null;
    try {
      const store = await this.#app.backend.call('unlock_store');
      if (this.state) this.state = { ...this.state, store };
      if (store.type === 'ready') this.said = words.settings.store.unlocked(words.store[this.#app.info.platform]);
      await this.look();
    } catch (reason) {
      this.problem = asCommandError(reason);
    } finally {
      this.unlocking = false;
    }
  }

  /** The state of a provider's key, with what the last prompt came to. */
  keyState(provider: ProviderCard): KeyState | null {
    const state = provider.key?.state ?? null;
    if (state !== 'locked') return state;
    if (this.store?.type === 'dismissed') return 'dismissed';
    return this.store?.type === 'timedOut' ? 'storeTimedOut' : 'locked';
  }

  async verify(provider: ProviderCard): Promise<void> {
    if (this.rows[provider.id]?.type === 'asking') return;
    this.#row(provider.id, { type: 'asking' });
    try {
      const verification = await this.#app.backend.call('verify_key', { provider: provider.id });
      this.#row(provider.id, { type: 'verified', verification });
    } catch (reason) {
      this.#row(provider.id, { type: 'failed', error: asCommandError(reason) });
    }
    void this.look();
  }

  async removeKey(provider: ProviderCard): Promise<void> {
    await this.#remove(provider, 'remove_key', words.settings.keys.removed(provider.name));
  }

  async removeProvider(provider: ProviderCard): Promise<void> {
    await this.#remove(provider, 'remove_provider', words.settings.keys.providerRemoved(provider.name));
  }

  dismissRow(provider: string): void {
    this.#row(provider, null);
  }

  async openChat(demo: boolean): Promise<void> {
    this.problem = null;
    try {
      await this.#app.backend.call('open_chat', { demo });
      this.firstRun = false;
      this.paste.dismiss();
    } catch (reason) {
      this.problem = asCommandError(reason);
    }
  }

  show(page: SettingsPage): void {
    this.problem = null;
    this.page = page;
    if (page !== 'keys') this.firstRun = false;
  }

  #hear(event: SettingsEvent): void {
    switch (event.type) {
      case 'pasteRequested':
        this.#pasteRequested();
        break;
      case 'changed':
        void this.look();
        break;
      case 'page':
        this.show(event.page);
    }
  }

  /** The same as the page's paste button; but what the button alone says, that a key is kept in memory, is said first. */
  #pasteRequested(): void {
    if (this.paste.busy || this.state === null) return;
    this.page = 'keys';
    if (this.keepIn === 'session') this.paste.onlySession();
    else void this.paste.take('system', this.pasteFor);
  }

  async #remove(provider: ProviderCard, command: 'remove_key' | 'remove_provider', said: string): Promise<void> {
    if (this.rows[provider.id]?.type === 'removing') return;
    this.#row(provider.id, { type: 'removing' });
    try {
      const removed = await this.#app.backend.call(command, { provider: provider.id });
      this.#row(provider.id, removed ? null : { type: 'declined' });
      if (removed) {
        this.said = said;
        await this.look();
      }
    } catch (reason) {
      this.#row(provider.id, { type: 'failed', error: asCommandError(reason) });
    }
  }

  #row(provider: string, state: RowState | null): void {
    const { [provider]: _, ...others } = this.rows;
    this.rows = state === null ? others : { ...others, [provider]: state };
  }
}

/** A look does not prompt, so it finds a store locked that a prompt has just failed to unlock: that is the truer word. */
function withPrompt(now: StoreState, before: StoreState | null): StoreState {
  const unanswered = before?.type === 'dismissed' || before?.type === 'timedOut';
  return now.type === 'locked' && unanswered ? before : now;
}
