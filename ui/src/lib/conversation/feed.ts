import type { TurnEvent } from '../bindings/index.ts';

/** Holds a turn's events until somebody takes them: they may come before the answer to the call that asked for them. */
export class Feed {
  #held: TurnEvent[] = [];
  #take: ((event: TurnEvent) => void) | null = null;

  readonly receive = (event: TurnEvent): void => {
    if (this.#take) this.#take(event);
    else this.#held.push(event);
  };

  attach(take: (event: TurnEvent) => void): void {
    this.#take = take;
    const held = this.#held;
    this.#held = [];
    for (const event of held) take(event);
  }
}
