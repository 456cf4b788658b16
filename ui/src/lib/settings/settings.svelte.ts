import { createContext } from 'svelte';

import type { App } from '../app/context.ts';
import { asCommandError } from '../backend/backend.ts';
import type {
  CommandError,
  KeptIn,
  KeyCard,
  KeyState,
  LocalServer,
  ProviderCard,
  Removal,
  SaveProvider,
  SealedState,
  SettingsEvent,
  SettingsPage,
  SettingsState,
  StoreState,
  Verification,
} from '../bindings/index.ts';
import { words } from '../words/words.ts';
import { rowOf } from './key-actions.ts';
import { Paste } from './paste.svelte.ts';

/** What stands under a provider's row. */
export type RowState =
  | { type: 'asking' }
  | { type: 'removing' }
  | { type: 'declined' }
  | { type: 'verified'; verification: Verification }
  | { type: 'failed'; error: CommandError };

/** How the removal of everything goes. */
export type RemovalStage =
  | { type: 'idle' }
  | { type: 'running' }
  | { type: 'declined' }
  | { type: 'done'; removal: Removal }
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
  /** Where the next key goes, if that was chosen. */
  chosenStore = $state<KeptIn | null>(null);
  /** Whether no passphrase was given when the sealed file asked for it last. */
  sealedDismissed = $state(false);
  /** Model servers on this computer that are not set up. */
  local = $state.raw<readonly LocalServer[]>([]);
  /** Whether one of them is being set up, and may wait for a dialog. */
  adding = $state(false);
  removal = $state.raw<RemovalStage>({ type: 'idle' });
  /** Under each row, by provider, or by provider and key. */
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
      for (const key of provider.keys) this.#row(rowOf(provider, key), null);
      void this.look();
    });
  }

  get store(): StoreState | null {
    return this.state?.store ?? null;
  }

  /** Where a key goes that is pasted now. */
  get keepIn(): KeptIn {
    const absent = this.store?.type === 'absent';
    if (this.chosenStore !== null && !(absent && this.chosenStore === 'system')) return this.chosenStore;
    if (!absent) return 'system';
    // Whoever has sealed keys already has chosen the file.
    return this.sealed === 'locked' || this.sealed === 'open' ? 'sealed' : 'session';
  }

  /** The file that keys can be sealed in. */
  get sealed(): SealedState {
    return this.state?.sealed ?? 'unavailable';
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
      if (state.sealed !== 'locked') this.sealedDismissed = false;
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

  /** Has the store that a key lies in ask to be unlocked. */
  async unlockFor(key: KeyCard | null): Promise<void> {
    await (key?.keptIn === 'sealed' ? this.unlockSealed() : this.unlock());
  }

  /** Has the passphrase of the sealed file asked for natively. */
  async unlockSealed(): Promise<void> {
    if (this.unlocking) return;
    this.unlocking = true;
    this.problem = null;
    try {
      const sealed = await this.#app.backend.call('unlock_sealed');
      this.sealedDismissed = sealed === 'locked';
      if (sealed === 'open') this.said = words.settings.sealed.unlocked;
      await this.look();
    } catch (reason) {
      this.problem = asCommandError(reason);
    } finally {
      this.unlocking = false;
    }
  }

  async lockSealed(): Promise<void> {
    await this.#try(() => this.#app.backend.call('lock_sealed'));
    await this.look();
  }

  /** The state of a key, with what the last prompt came to. */
  keyState(key: KeyCard | null): KeyState | null {
    const state = key?.state ?? null;
    if (state !== 'locked') return state;
    if (key?.keptIn === 'sealed') return this.sealedDismissed ? 'dismissed' : 'locked';
    if (this.store?.type === 'dismissed') return 'dismissed';
    return this.store?.type === 'timedOut' ? 'storeTimedOut' : 'locked';
  }

  async verify(provider: ProviderCard, key: KeyCard): Promise<void> {
    const row = rowOf(provider, key);
    if (this.rows[row]?.type === 'asking') return;
    this.#row(row, { type: 'asking' });
    try {
      const verification = await this.#app.backend.call('verify_key', { provider: provider.id, slot: key.slot });
      this.#row(row, { type: 'verified', verification });
    } catch (reason) {
      this.#row(row, { type: 'failed', error: asCommandError(reason) });
    }
    void this.look();
  }

  /** A new key in the place of one that is there; without one, the provider's first. */
  async pasteInPlaceOf(provider: ProviderCard, key: KeyCard | null): Promise<void> {
    // It goes where the old one was, unless that can't take it now or another place was chosen.
    const sameStore = this.chosenStore === null && !(key?.keptIn === 'system' && this.store?.type === 'absent');
    await this.paste.take(
      key && sameStore ? key.keptIn : this.keepIn,
      provider.id,
      key && { provider: provider.id, slot: key.slot },
    );
  }

  async useKey(provider: ProviderCard, key: KeyCard): Promise<void> {
    await this.#try(() => this.#app.backend.call('use_key', { provider: provider.id, slot: key.slot }));
    await this.look();
  }

  /** Opens the vendor's page on which a key is revoked, past a native dialog. */
  async openKeyPage(provider: ProviderCard): Promise<void> {
    await this.#try(() => this.#app.backend.call('open_key_page', { provider: provider.id }));
  }

  async remindAfter(days: number | null): Promise<void> {
    await this.#try(() => this.#app.backend.call('set_rotation_reminder', { days }));
    await this.look();
  }

  /** Asks whether there are model servers on this computer that are not set up. */
  async lookHere(): Promise<void> {
    try {
      this.local = await this.#app.backend.call('find_local_servers');
    } catch {
      // Nobody has asked for it, so nobody is told that it failed.
      this.local = [];
    }
  }

  /** Adds or changes a server past a native dialog; null if the person said no. Rejects with why it could not be saved. */
  async saveProvider(request: SaveProvider): Promise<ProviderCard | null> {
    const before = this.state?.providers.map(({ id }) => id) ?? [];
    if (!(await this.#app.backend.call('save_provider', request))) return null;
    await this.look();
    const providers = this.state?.providers ?? [];
    const saved =
      providers.find(({ id, own }) => (request.id ? id === request.id : own && !before.includes(id))) ?? null;
    if (saved) this.said = words.settings.own.saved(saved.name);
    void this.lookHere();
    return saved;
  }

  /** Sets up a server that was found on this computer; null if that was not done. */
  async useLocal({ name, protocol, baseUrl, firstModel }: LocalServer): Promise<ProviderCard | null> {
    if (this.adding) return null;
    this.problem = null;
    this.adding = true;
    try {
      return await this.saveProvider({ id: null, name, protocol, baseUrl, defaultModel: firstModel });
    } catch (reason) {
      this.problem = asCommandError(reason);
      return null;
    } finally {
      this.adding = false;
    }
  }

  async removeEverything(): Promise<void> {
    if (this.removal.type === 'running') return;
    this.removal = { type: 'running' };
    try {
      const removal = await this.#app.backend.call('remove_everything');
      this.removal = removal ? { type: 'done', removal } : { type: 'declined' };
    } catch (reason) {
      this.removal = { type: 'failed', error: asCommandError(reason) };
    }
  }

  async removeKey(provider: ProviderCard, key: KeyCard): Promise<void> {
    const remove = () => this.#app.backend.call('remove_key', { provider: provider.id, slot: key.slot });
    await this.#remove(rowOf(provider, key), remove, words.settings.keys.removed(provider.name));
  }

  async removeProvider(provider: ProviderCard): Promise<void> {
    const remove = () => this.#app.backend.call('remove_provider', { provider: provider.id });
    const row = rowOf(provider, provider.keys.length === 1 ? (provider.keys[0] ?? null) : null);
    await this.#remove(row, remove, words.settings.keys.providerRemoved(provider.name));
  }

  dismissRow(provider: ProviderCard, key: KeyCard | null): void {
    this.#row(rowOf(provider, key), null);
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
    if (this.keepIn === 'session' && this.chosenStore === null) this.paste.onlySession();
    else void this.paste.take(this.keepIn, this.pasteFor);
  }

  async #try(action: () => Promise<unknown>): Promise<void> {
    this.problem = null;
    try {
      await action();
    } catch (reason) {
      this.problem = asCommandError(reason);
    }
  }

  async #remove(row: string, remove: () => Promise<boolean>, said: string): Promise<void> {
    if (this.rows[row]?.type === 'removing') return;
    this.#row(row, { type: 'removing' });
    try {
      const removed = await remove();
      this.#row(row, removed ? null : { type: 'declined' });
      if (removed) {
        this.said = said;
        await this.look();
      }
    } catch (reason) {
      this.#row(row, { type: 'failed', error: asCommandError(reason) });
    }
  }

  #row(row: string, state: RowState | null): void {
    const { [row]: _, ...others } = this.rows;
    this.rows = state === null ? others : { ...others, [row]: state };
  }
}

/** A look does not prompt, so it finds a store locked that a prompt has just failed to unlock: that is the truer word. */
function withPrompt(now: StoreState, before: StoreState | null): StoreState {
  const unanswered = before?.type === 'dismissed' || before?.type === 'timedOut';
  return now.type === 'locked' && unanswered ? before : now;
}
