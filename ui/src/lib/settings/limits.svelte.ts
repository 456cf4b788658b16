import { createContext } from 'svelte';

import type { Backend } from '../backend/backend.ts';
import type { LimitsState } from '../bindings/index.ts';
import { PageState } from './page-state.svelte.ts';

export const [getLimits, setLimits] = createContext<Limits>();

/** What the page of limits knows and does; its parts are its rows. */
export class Limits extends PageState<LimitsState, string> {
  /** The row whose form is open: one at a time. */
  editing = $state<string | null>(null);

  constructor(backend: Backend) {
    super(backend, (app) => app.call('limits_state'));
  }

  get saving(): boolean {
    return this.busy !== null;
  }

  edit(row: string): void {
    this.editing = row;
    this.outcome = null;
  }

  cancel(): void {
    this.editing = null;
    this.outcome = null;
  }

  /** Asks for a change of a row. Answers whether it was made; what was typed stays if it failed. */
  async change(row: string, ask: (backend: Backend) => Promise<boolean>): Promise<boolean> {
    if (this.saving) return false;
    const changed = await this.do(row, ask);
    if (this.outcomeOf(row)?.type !== 'failed') this.editing = null;
    return changed;
  }
}
