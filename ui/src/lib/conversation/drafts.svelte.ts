import type { DraftFile, FoundKey } from '../bindings/index.ts';

/** What is being written and not yet said. */
export class Draft {
  text = $state('');
  /** The files that are to go with it. */
  files = $state.raw<readonly DraftFile[]>([]);
  /** How many files are on their way to the app. */
  coming = $state(0);
  /** What was found in the text of a key's shape. */
  key = $state.raw<FoundKey | null>(null);
  #passed = $state.raw<string | null>(null);

  /** What was found in the text or in a file of a key's shape. */
  get found(): FoundKey | null {
    return this.key ?? this.files.find(({ key }) => key)?.key ?? null;
  }

  /** Whether it waits because of what was found. */
  get held(): boolean {
    return this.found !== null && !this.asText;
  }

  /** Whether the person wants just this sent, whatever was found in it. */
  get asText(): boolean {
    return this.#passed === this.#all;
  }

  /** Whether there is anything in it to send. */
  get saysSomething(): boolean {
    return /\S/.test(this.text) || this.files.length > 0;
  }

  /** The person has seen what was found, and wants it sent as it is. */
  pass(): void {
    this.#passed = this.#all;
  }

  /** What was said leaves the draft; what was written or attached meanwhile stays. */
  said(text: string, files: readonly DraftFile[]): void {
    if (this.text.startsWith(text)) this.text = this.text.slice(text.length);
    this.files = this.files.filter((file) => !files.includes(file));
    this.key = null;
    this.#passed = null;
  }

  /** All of another draft moves here. */
  take(other: Draft): void {
    this.text = other.text;
    this.files = other.files;
    other.text = '';
    other.files = [];
    other.key = null;
  }

  get #all(): string {
    return [this.text, ...this.files.map(({ id }) => id)].join('\n');
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

  /** Whether there is nothing in any of them that would be lost. */
  get areEmpty(): boolean {
    return [...this.#drafts.values()].every((draft) => !draft.saysSomething && draft.coming === 0);
  }
}
