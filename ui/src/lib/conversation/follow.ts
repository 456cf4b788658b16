/** How near the end of a text a reader is at its end, in CSS pixels. */
const NEAR = 32;

/** Keeps a scrolling box at its end while its reader is there, and says when there is more below. */
export class Follow {
  readonly #box: HTMLElement;
  readonly #observer: ResizeObserver | null;
  readonly #onchange: (more: boolean) => void;
  #following = true;

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
    if (this.#following) this.#box.scrollTop = this.#box.scrollHeight;
    this.#onchange(!this.#following && this.#below() > NEAR);
  }

  destroy(): void {
    this.#box.removeEventListener('scroll', this.#onscroll);
    this.#observer?.disconnect();
  }

  readonly #onscroll = (): void => {
    this.#following = this.#below() <= NEAR;
    this.#onchange(!this.#following);
  };

  #below(): number {
    return this.#box.scrollHeight - this.#box.scrollTop - this.#box.clientHeight;
  }
}
