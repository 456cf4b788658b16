/** How near the end of a text a reader is at its end, in CSS pixels. */
const NEAR = 32;

/** Keeps a scrolling box at its end while its reader is there, and says when there is more below. */
export class Follow {
  readonly #box: HTMLElement;
  readonly #observer: ResizeObserver | null;
  readonly #onchange: (more: boolean) => void;
  #following = true;
  #top = 0;

  constructor(box: HTMLElement, content: HTMLElement, onchange: (more: boolean) => void) {
    this.#box = box;
    this.#onchange = onchange;
    box.addEventListener('scroll', this.#onscroll, { passive: true });
    // The observer is told after layout and before paint: following costs no layout of its own.
    this.#observer = typeof ResizeObserver === 'undefined' ? null : new ResizeObserver(() => this.settle());
    this.#observer?.observe(box);
    this.#observer?.observe(content);
  }

  /** Goes to the end, and stays there. */
  toEnd(): void {
    this.#following = true;
    this.settle();
  }

  settle(): void {
    if (this.#following) {
      this.#box.scrollTop = this.#box.scrollHeight;
      this.#top = this.#box.scrollTop;
    }
    this.#onchange(!this.#following && this.#below() > NEAR);
  }

  destroy(): void {
    this.#box.removeEventListener('scroll', this.#onscroll);
    this.#observer?.disconnect();
  }

  readonly #onscroll = (): void => {
    const top = this.#box.scrollTop;
    if (this.#below() <= NEAR) this.#following = true;
    // The event of a scroll of our own comes late, when the text has grown on: only who goes back leaves the end.
    else if (top < this.#top) this.#following = false;
    this.#top = top;
    this.#onchange(!this.#following);
  };

  #below(): number {
    return this.#box.scrollHeight - this.#box.scrollTop - this.#box.clientHeight;
  }
}
