import type { Backend } from '../backend/backend.ts';
import type { DraftFile, FoundKey } from '../bindings/index.ts';

/** For how long what is written is left to grow before the app keeps it, in ms: a long one for longer, character by character. */
const GROWS = { least: 200, each: 0.01, most: 1000 };

/** What is being written and not yet said. */
export class Draft {
  /** The text that the app keeps; null when it keeps none, or another. */
  kept: string | null = null;
  /** The files that are to go with it. */
  files = $state.raw<readonly DraftFile[]>([]);
  /** How many files are on their way to the app. */
  coming = $state(0);
  /** What was found in the text of a key's shape. */
  key = $state.raw<FoundKey | null>(null);
  #text = $state('');
  #passed = $state.raw<string | null>(null);
  readonly #onchange: (draft: Draft) => void;

  /** @param conversation the one that it is for; null for the new chat */
  constructor(
    readonly conversation: string | null,
    onchange: (draft: Draft) => void,
  ) {
    this.#onchange = onchange;
  }

  get text(): string {
    return this.#text;
  }

  set text(text: string) {
    if (text === this.#text) return;
    this.#text = text;
    this.#onchange(this);
  }

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

  /** Whether it would be there again if the window ended now. */
  get outlives(): boolean {
    if (this.files.length > 0 || this.coming > 0) return false;
    return this.kept === this.text || !/\S/.test(this.text);
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
    // The app has let go of it with the message, and of what is still in it as well if that stood before.
    this.kept = null;
    this.#onchange(this);
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

/** A draft for each conversation, and one for the new chat. The app keeps their texts, and the window their files. */
export class Drafts {
  // Each draft is state; which of them there are, and which have changed, concerns nobody.
  /* eslint-disable svelte/prefer-svelte-reactivity */
  readonly #drafts = new Map<string | null, Draft>();
  /** Those whose text has changed since the app was last given it. */
  readonly #changed = new Set<Draft>();
  /* eslint-enable svelte/prefer-svelte-reactivity */
  readonly #backend: Backend;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #keeping: Promise<void> = Promise.resolve();
  /** Whether those that were kept are here; null before anybody has asked, and after it has failed. */
  #isLoaded: Promise<boolean> | null = null;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  of(conversation: string | null): Draft {
    let draft = this.#drafts.get(conversation);
    if (!draft) {
      draft = new Draft(conversation, (draft) => {
        this.#changed.add(draft);
        const wait = Math.min(Math.max(GROWS.least, GROWS.each * draft.text.length), GROWS.most);
        this.#timer ??= setTimeout(() => void this.keep(), wait);
      });
      this.#drafts.set(conversation, draft);
    }
    return draft;
  }

  /** Gets back what was kept. What has been written already stands behind it. */
  async load(): Promise<void> {
    this.#isLoaded ??= this.#load();
    await this.#isLoaded;
  }

  async #load(): Promise<boolean> {
    // Whoever can't read them can't read the chats either, and is told so there.
    const all = await this.#backend.call('list_drafts').catch(() => null);
    if (all === null) {
      this.#isLoaded = null;
      return false;
    }
    for (const { conversation, text } of all) {
      const draft = this.of(conversation);
      draft.kept = text;
      draft.text = draft.text === '' ? text : `${text}\n${draft.text}`;
    }
    return true;
  }

  /** Has the app keep what has changed, one text after the other: an older one must not come last. */
  keep(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#keeping = this.#keeping.then(async () => {
      // What nobody has read yet must not be written over.
      this.#isLoaded ??= this.#load();
      if (!(await this.#isLoaded)) return;
      const changed = [...this.#changed];
      this.#changed.clear();
      for (const draft of changed) await this.#keep(draft);
    });
    return this.#keeping;
  }

  async #keep(draft: Draft): Promise<void> {
    const { conversation, text } = draft;
    if (draft.kept === text) return;
    const kept = await this.#backend.call('keep_draft', { conversation, text }).catch(() => {
      // It is still in the window, and why it can't be written is told when it is sent. The next time may be better.
      this.#changed.add(draft);
      return false;
    });
    draft.kept = kept ? text : null;
  }

  /** Whether nothing in any of them would be lost if the window ended now. */
  get outlive(): boolean {
    return [...this.#drafts.values()].every((draft) => draft.outlives);
  }
}
