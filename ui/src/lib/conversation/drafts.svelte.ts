import type { FoundKey } from '../bindings/index.ts';

/** What is being written and not yet said. */
export class Draft {
  text = $state('');
  /** What was found in it of a key's shape. */
  key = $state.raw<FoundKey | null>(null);
  #passed = $state.raw<string | null>(null);

  /** Whether it waits because of what was found. */
  get held(): boolean {
    return this.key !== null && !this.asText;
  }

  /** Whether the person wants just this text sent, whatever was found in it. */
  get asText(): boolean {
    return this.#passed === this.text;
  }

  /** The person has seen what was found, and wants the text sent as it is. */
  pass(): void {
    this.#passed = this.text;
  }

  /** What was said leaves the draft; what was written on meanwhile stays. */
  said(text: string): void {
    if (this.text.startsWith(text)) this.text = this.text.slice(text.length);
    this.key = null;
    this.#passed = null;
  }
}

/** A draft for each conversation, and one for the new chat. They live as long as the window. */
export class Drafts {
  // Each draft is state; which of them there are concerns nobody.
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  readonly #drafts = new Map<string | null, Draft>();

  of(conversation: string | null): Draft {
    let draft = this.#drafts.get(conversation);
    if (!draft) {
      draft = new Draft();
      this.#drafts.set(conversation, draft);
    }
    return draft;
  }
}
