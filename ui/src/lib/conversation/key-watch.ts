import type { Backend } from '../backend/backend.ts';
import type { Draft } from './drafts.svelte.ts';

/** How long the writing rests before a look, in ms: nothing is to move while somebody types. */
const REST = 400;
/** So many characters at once were pasted, and are looked at at once. */
const PASTED = 12;
/** No look is taken into a longer text while it is written; that would be felt. It is looked at when it is sent. */
const LOOKED_INTO = 200_000;

/** Looks for an API key in what is being written. The app looks once more when it is sent, whatever was found here. */
export class KeyWatch {
  readonly #backend: Backend;
  #draft: Draft | null = null;
  #length = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** The draft that is shown, or its text, has changed. */
  changed(draft: Draft): void {
    const { text } = draft;
    const typed = draft === this.#draft && text.length - this.#length < PASTED;
    this.#draft = draft;
    this.#length = text.length;
    clearTimeout(this.#timer);
    if (!mayHoldKey(text)) draft.key = null;
    else this.#timer = setTimeout(() => void this.#look(draft, text), typed ? REST : 0);
  }

  async #look(draft: Draft, text: string): Promise<void> {
    try {
      const found = await this.#backend.call('look_for_key', { text });
      if (draft.text === text) draft.key = found;
    } catch {
      // Whether it may be sent is not decided here.
    }
  }
}

/** Spares most texts the way to the app: every key is a long run of such characters. */
function mayHoldKey(text: string): boolean {
  return text.length <= LOOKED_INTO && /[\w.-]{20}/.test(text);
}
