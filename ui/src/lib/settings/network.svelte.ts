import { asCommandError, type Backend } from '../backend/backend.ts';
import type { CommandError, HeaderItem, NetworkState, WaitName } from '../bindings/index.ts';

/** The parts of the page that something can be done about, one at a time. */
export type Part = 'proxy' | 'login' | 'certificates' | 'headers' | WaitName;

/** What came of the last thing that was done. */
export type Outcome = { type: 'declined' } | { type: 'failed'; error: CommandError };

/** Hosts as a person writes them in one line. */
export function hostsIn(line: string): string[] {
  return line.split(/[\s,;]+/).filter((host) => host !== '');
}

/** What the page of the network knows and does. */
export class Network {
  state = $state.raw<NetworkState | null>(null);
  /** Why it could not be had. */
  failure = $state.raw<CommandError | null>(null);
  /** What is on its way, and may wait for a dialog. */
  busy = $state<Part | null>(null);
  outcome = $state.raw<{ part: Part; what: Outcome } | null>(null);

  readonly #backend: Backend;
  #asked = 0;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  async look(): Promise<void> {
    const mine = ++this.#asked;
    try {
      const state = await this.#backend.call('network_state');
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

  setProxy(address: string, direct: readonly string[]): Promise<boolean> {
    return this.#do('proxy', (backend) =>
      backend.call('set_proxy', { address: address.trim() || null, direct: [...direct] }),
    );
  }

  setLogin(): Promise<boolean> {
    return this.#do('login', (backend) => backend.call('set_proxy_login'));
  }

  removeLogin(): Promise<boolean> {
    return this.#do('login', (backend) => backend.call('remove_proxy_login'));
  }

  chooseCertificates(): Promise<boolean> {
    return this.#do('certificates', (backend) => backend.call('choose_certificates'));
  }

  removeCertificates(): Promise<boolean> {
    return this.#do('certificates', (backend) => backend.call('remove_certificates'));
  }

  addHeader(provider: string): Promise<boolean> {
    return this.#do('headers', (backend) => backend.call('add_header', { provider }));
  }

  removeHeader({ provider, name }: HeaderItem): Promise<boolean> {
    return this.#do('headers', (backend) => backend.call('remove_header', { provider, name }));
  }

  setWait(name: WaitName, seconds: number | null): Promise<boolean> {
    return this.#do(name, (backend) => backend.call('set_wait_limit', { name, seconds }));
  }

  /** Does one thing. Answers whether it was done. */
  async #do(part: Part, ask: (backend: Backend) => Promise<boolean | null>): Promise<boolean> {
    if (this.busy) return false;
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
