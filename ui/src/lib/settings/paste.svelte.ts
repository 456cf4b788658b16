import { asCommandError, type Backend } from '../backend/backend.ts';
import type {
  CommandError,
  KeptIn,
  KeyRef,
  PasteKey,
  PasteOutcome,
  ProviderCard,
  Verification,
} from '../bindings/index.ts';

type StoredOutcome = Extract<PasteOutcome, { type: 'stored' }>;

/** What has become of the key in the clipboard since the paste. */
export type ClipboardState = 'holds' | 'cleared' | 'other' | 'failed';

export type PasteStage =
  | { type: 'idle' }
  | { type: 'running'; request: PasteKey }
  /** A paste was asked for by the keyboard where only the session's memory could take the key. */
  | { type: 'onlySession' }
  | { type: 'choose'; candidates: readonly string[]; request: PasteKey }
  | { type: 'declined' }
  | { type: 'failed'; error: CommandError; request: PasteKey }
  | ({ checking: boolean; clipboard: ClipboardState } & StoredOutcome);

/** One paste at a time, from the button to the answer. The window asks; Rust reads the clipboard. */
export class Paste {
  /** The name that the next key gets. */
  name = $state('');
  stage = $state.raw<PasteStage>({ type: 'idle' });
  readonly #backend: Backend;
  readonly #changed: (provider: ProviderCard) => void;

  /** `changed` hears of a key that was put away. */
  constructor(backend: Backend, changed: (provider: ProviderCard) => void) {
    this.#backend = backend;
    this.#changed = changed;
  }

  get busy(): boolean {
    return this.stage.type === 'running';
  }

  /** Takes the key from the clipboard; with `provider` for that one, else for whom its shape tells. With
   * `replace` it takes the place of that key, if it is of the same provider. */
  async take(keepIn: KeptIn, provider: string | null = null, replace: KeyRef | null = null): Promise<void> {
    await this.#ask({ name: this.name.trim(), provider, keepIn, replace });
  }

  /** The same paste again. */
  async again(): Promise<void> {
    if (this.stage.type === 'failed') await this.#ask(this.stage.request);
  }

  /** Goes on with a key whose shape did not tell. */
  async choose(provider: string): Promise<void> {
    if (this.stage.type === 'choose') await this.#ask({ ...this.stage.request, provider });
  }

  onlySession(): void {
    if (!this.busy) this.stage = { type: 'onlySession' };
  }

  /** Takes the result off the page. */
  dismiss(): void {
    if (!this.busy) this.stage = { type: 'idle' };
  }

  async verifyAgain(): Promise<void> {
    const { stage } = this;
    if (stage.type !== 'stored' || stage.checking) return;
    this.stage = { ...stage, checking: true };
    const verification = await this.#backend
      .call('verify_key', { provider: stage.provider.id, slot: stage.provider.keys[0]?.slot ?? 1 })
      .catch((reason: unknown): Verification => ({ type: 'failed', error: asCommandError(reason) }));
    if (this.stage.type === 'stored') this.stage = { ...this.stage, verification, checking: false };
  }

  async clearClipboard(): Promise<void> {
    const clipboard = await this.#backend.call('clear_clipboard').then(
      (cleared) => (cleared ? 'cleared' : 'other'),
      () => 'failed' as const,
    );
    if (this.stage.type === 'stored') this.stage = { ...this.stage, clipboard };
  }

  async #ask(request: PasteKey): Promise<void> {
    if (this.busy) return;
    this.stage = { type: 'running', request };
    try {
      const outcome = await this.#backend.call('paste_key', request);
      switch (outcome.type) {
        case 'stored':
          this.name = '';
          this.stage = { ...outcome, checking: false, clipboard: 'holds' };
          this.#changed(outcome.provider);
          break;
        case 'chooseProvider':
          this.stage = { type: 'choose', candidates: outcome.candidates, request };
          break;
        case 'declined':
          this.stage = { type: 'declined' };
      }
    } catch (reason) {
      this.stage = { type: 'failed', error: asCommandError(reason), request };
    }
  }
}
