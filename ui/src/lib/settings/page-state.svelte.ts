import { asCommandError, type Backend } from '../backend/backend.ts';
import type { CommandError } from '../bindings/index.ts';

/** What came of a change. */
type Outcome = { type: 'declined' } | { type: 'failed'; error: CommandError };

/** What a page knows, and what becomes of the changes that are made on it, one at a time, in one of its parts each. */
export abstract class PageState<State, Part extends string> {
  state = $state.raw<State | null>(null);
  /** Why it could not be had. */
  failure = $state.raw<CommandError | null>(null);
  /** Where a change is on its way, and may wait for a dialog. */
  busy = $state<Part | null>(null);
  /** Where the last change was made, and what came of it, unless it went well. */
  outcome = $state.raw<{ part: Part; what: Outcome } | null>(null);

  readonly #backend: Backend;
  readonly #ask: (backend: Backend) => Promise<State>;
  #asked = 0;

  constructor(backend: Backend, ask: (backend: Backend) => Promise<State>) {
    this.#backend = backend;
    this.#ask = ask;
  }

  async look(): Promise<void> {
    const mine = ++this.#asked;
    try {
      const state = await this.#ask(this.#backend);
      if (mine !== this.#asked) return;
      this.state = state;
      this.failure = null;
    } catch (reason) {
      if (mine === this.#asked) this.failure = asCommandError(reason);
    }
  }

  outcomeOf(part: Part): Outcome | null {
    return this.outcome?.part === part ? this.outcome.what : null;
  }

  /** Makes a change. Answers whether it was made. */
  protected async do(part: Part, ask: (backend: Backend) => Promise<boolean | null>): Promise<boolean> {
    if (this.busy !== null) return false;
    this.busy = part;
    this.outcome = null;
    try {
      const done = (await ask(this.#backend)) !== false;
      if (done) await this.look();
      else this.outcome = { part, what: { type: 'declined' } };
      return done;
    } catch (reason) {
      this.outcome = { part, what: { type: 'failed', error: asCommandError(reason) } };
      return false;
    } finally {
      this.busy = null;
    }
  }
}
