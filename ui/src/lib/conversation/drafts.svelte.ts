/** What is being written and not yet said. */
export class Draft {
  text = $state('');

  /** What was said leaves the draft; what was written on meanwhile stays. */
  said(text: string): void {
    if (this.text.startsWith(text)) this.text = this.text.slice(text.length);
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
