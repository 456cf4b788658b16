import { createContext } from 'svelte';

import { asCommandError, type Backend } from '../backend/backend.ts';
import type { CommandError, LimitsState } from '../bindings/index.ts';

/** What came of a change, as it stands in its row. */
export type Outcome = { type: 'declined' } | { type: 'failed'; error: CommandError };

export const [getLimits, setLimits] = createContext<Limits>();

/** What the page of limits knows and does. */
export class Limits {
  state = $state.raw<LimitsState | null>(null);
  /** Why it could not be had. */
  failure = $state.raw<CommandError | null>(null);
  /** The row whose form is open: one at a time. */
  editing = $state<string | null>(null);
  /** Whether a change is on its way, and may wait for a dialog. */
  saving = $state(false);
  /** The row that was changed last, and what came of it, unless it went well. */
  outcome = $state.raw<{ row: string; what: Outcome } | null>(null);

  readonly #backend: Backend;
  #asked = 0;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  async look(): Promise<void> {
    const mine = ++this.#asked;
    try {
      const state = await this.#backend.call('limits_state');
      if (mine !== this.#asked) return;
      this.state = state;
      this.failure = null;
    } catch (reason) {
      if (mine === this.#asked) this.failure = asCommandError(reason);
    }
  }

  edit(row: string): void {
    this.editing = row;
    this.outcome = null;
  }

  cancel(): void {
    this.editing = null;
    this.outcome = null;
  }

  outcomeOf(row: string): Outcome | null {
    return this.outcome?.row === row ? this.outcome.what : null;
  }

  /** Asks for a change of a row. Answers whether it was made; what was typed stays if it failed. */
  async change(row: string, ask: (backend: Backend) => Promise<boolean>): Promise<boolean> {
    if (this.saving) return false;
    this.saving = true;
    this.outcome = null;
    try {
      const changed = await ask(this.#backend);
      if (changed) await this.look();
      else this.outcome = { row, what: { type: 'declined' } };
      this.editing = null;
      return changed;
    } catch (reason) {
      this.outcome = { row, what: { type: 'failed', error: asCommandError(reason) } };
      return false;
    } finally {
      this.saving = false;
    }
  }
}
