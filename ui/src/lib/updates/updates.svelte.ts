import { createContext } from 'svelte';

import { asCommandError, type Backend } from '../backend/backend.ts';
import type { CommandError, Update, Updates } from '../bindings/index.ts';
import { faultLooks } from './faults.ts';

/** What can be asked for, one at a time of each. */
export type UpdateAction = 'check' | 'choose' | 'download' | 'cancel' | 'install' | 'later' | 'skip' | 'page';

export const [getUpdates, setUpdates] = createContext<OwnUpdates>();

/** What a window knows of the app's own new versions, and what it asks for. */
export class OwnUpdates {
  known = $state.raw<Updates | null>(null);
  /** Why nothing is known. */
  failure = $state.raw<CommandError | null>(null);
  /** Why the last thing that was asked for was not done. */
  problem = $state.raw<CommandError | null>(null);
  /** What is on its way. */
  busy = $state<UpdateAction | null>(null);
  /** Whether the person has set about it: what comes of that is told, also of a version that was put off before. */
  begun = $state(false);
  /** Has just been installed, while this window was there to see it. */
  oninstalled: (() => void) | null = null;

  readonly #backend: Backend;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** The version that it is about, if there is one. */
  get update(): Update | null {
    const { state } = this.known ?? {};
    return state && 'update' in state ? state.update : null;
  }

  /** Whether the chat window tells of it. What went wrong unasked is told in the settings alone. */
  get told(): boolean {
    if (this.known === null || this.update === null) return false;
    switch (this.known.state.is) {
      case 'downloading':
      case 'installing':
      case 'installed':
        return true;
      default:
        return this.known.putOff === null || this.begun;
    }
  }

  /** Hears how things stand, now and after each change. */
  async watch(): Promise<void> {
    this.failure = null;
    try {
      await this.#backend.call('watch_updates', null, (known) => this.#hear(known));
    } catch (reason) {
      this.failure = asCommandError(reason);
    }
  }

  check(): Promise<void> {
    return this.#do('check', () => this.#backend.call('check_for_update'));
  }

  lookByItself(automatic: boolean): Promise<void> {
    return this.#do('choose', () => this.#backend.call('set_update_checks', { automatic }));
  }

  download(): Promise<void> {
    this.begun = true;
    return this.#do('download', () => this.#backend.call('download_update'));
  }

  cancel(): Promise<void> {
    return this.#do('cancel', () => this.#backend.call('cancel_download'));
  }

  /** Installs what is ready, and starts the app again; only the latter if it is installed. */
  install(): Promise<void> {
    this.begun = true;
    return this.#do('install', () => this.#backend.call('install_update'));
  }

  later(): Promise<void> {
    this.begun = false;
    return this.#do('later', () => this.#backend.call('put_off_update'));
  }

  skip(): Promise<void> {
    this.begun = false;
    return this.#do('skip', () => this.#backend.call('skip_update'));
  }

  openReleasePage(): Promise<void> {
    return this.#do('page', () => this.#backend.call('open_release_page'));
  }

  /** Does again what failed. */
  async again(): Promise<void> {
    const state = this.known?.state;
    if (state?.is !== 'failed') return;
    if (state.update === null) await this.check();
    else if (faultLooks[state.fault.kind].again === 'download') await this.download();
    else if (faultLooks[state.fault.kind].again === 'install') {
      await this.install();
      // What was to be installed may be gone from the disk since.
      if (this.problem?.code === 'update_not_there') await this.download();
    }
  }

  #hear(known: Updates): void {
    const { is } = known.state;
    if (is === 'downloading' || is === 'installing' || is === 'installed') this.begun = true;
    else if (is !== 'ready' && is !== 'failed') this.begun = false;
    const before = this.known?.state.is;
    if (is !== before) this.problem = null;
    this.known = known;
    if (before === 'installing' && is === 'installed') this.oninstalled?.();
  }

  async #do(action: UpdateAction, ask: () => Promise<unknown>): Promise<void> {
    if (this.busy === action) return;
    this.busy = action;
    this.problem = null;
    try {
      await ask();
    } catch (reason) {
      this.problem = asCommandError(reason);
    } finally {
      // A download that can be cancelled may be answered after what cancelled it.
      if (this.busy === action) this.busy = null;
    }
  }
}
