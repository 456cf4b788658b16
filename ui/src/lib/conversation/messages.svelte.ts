import type {
  AttachedFile,
  Citation,
  CommandError,
  MessageState,
  MessageView,
  ModelLabel,
  ToolCall,
  TurnEvent,
  Usage,
} from '../bindings/index.ts';
import { BlockList, CodeNode } from '../blocks/nodes.svelte.ts';

export type Message = Question | Answer;

/** What the person said. */
export class Question {
  readonly role = 'user';
  constructor(
    readonly id: string,
    readonly text: string,
    readonly files: readonly AttachedFile[] = [],
  ) {}
}

/** Nothing was reported. */
export const UNKNOWN_USAGE: Usage = {
  inputTokens: null,
  outputTokens: null,
  reasoningTokens: null,
  cachedTokens: null,
  cost: null,
};

/** An answer that is asked for again in a while. */
export interface RetryWait {
  /** Why it failed. */
  error: CommandError;
  /** When it is asked for again, on the window's clock. */
  until: number;
  /** Which try after the first that will be, and how many there are at most. */
  retry: number;
  most: number;
}

/** A model's answer, whole or still being made. */
export class Answer {
  readonly role = 'assistant';
  readonly id: string;
  readonly createdAt: number;
  readonly model: ModelLabel;
  readonly blocks: BlockList = new BlockList([]);
  reasoning = $state('');
  /** What it asked to have done, in its order. */
  calls = $state.raw<readonly ToolCall[]>([]);
  citations = $state.raw<readonly Citation[]>([]);
  usage: Usage = $state.raw(UNKNOWN_USAGE);
  /** How many of the oldest messages the model was not sent. */
  leftOut = $state(0);
  state = $state.raw<MessageState>({ type: 'streaming' });
  /** Set while it waits to be asked for again. */
  waiting = $state.raw<RetryWait | null>(null);
  /** When the model began to think, and when it had thought; null if the window was not there to see it. */
  thinkingSince = $state<number | null>(null);
  thoughtUntil = $state<number | null>(null);

  constructor(view: MessageView & { body: { role: 'assistant' } }, now: () => number = Date.now) {
    this.id = view.id;
    this.createdAt = view.createdAt;
    this.model = view.body.model;
    this.blocks.apply({ keep: 0, grow: null, changed: view.body.blocks });
    this.reasoning = view.body.reasoning;
    this.calls = view.body.toolCalls;
    this.citations = view.body.citations;
    this.usage = view.body.usage;
    this.leftOut = view.body.leftOut;
    this.state = view.state;
    this.#now = now;
    this.blocks.setLive(this.streaming);
    if (this.streaming && this.reasoning && !this.begun) this.thinkingSince = this.createdAt;
  }
  readonly #now: () => number;

  get streaming(): boolean {
    return this.state.type === 'streaming';
  }

  /** Whether it says anything in words, beside the reasoning. */
  get hasText(): boolean {
    return this.blocks.nodes.length > 0;
  }

  /** Whether there is anything to read beside the reasoning. */
  get begun(): boolean {
    return this.hasText || this.calls.length > 0;
  }

  /** Takes one step. Throws a `PatchMismatch` if it does not fit what is there. */
  apply(event: TurnEvent): void {
    switch (event.type) {
      case 'snapshot':
        this.blocks.apply({ keep: 0, grow: null, changed: event.blocks });
        this.reasoning = event.reasoning;
        // They follow, from the first.
        this.calls = [];
        this.citations = [];
        if (event.reasoning && !this.begun) this.thinkingSince ??= this.createdAt;
        if (event.blocks.length > 0) this.#thought();
        return;
      case 'started':
        return;
      case 'waiting': {
        const { error, milliseconds, retry, most } = event;
        this.waiting = { error, until: this.#now() + milliseconds, retry, most };
        return;
      }
      case 'askedAgain':
        this.waiting = null;
        return;
      case 'leftOut':
        this.leftOut = event.messages;
        return;
      case 'reasoningDelta':
        this.thinkingSince ??= this.#now();
        this.reasoning += event.text;
        return;
      case 'blocks':
        this.blocks.apply(event);
        this.#thought();
        return;
      case 'highlighted': {
        const node = this.blocks.nodes[event.block];
        if (node instanceof CodeNode) node.colour(event.line, event.lines);
        return;
      }
      case 'toolCall': {
        const call = this.calls[event.index] ?? { name: '', arguments: '' };
        const grown = { name: event.name ?? call.name, arguments: call.arguments + event.arguments };
        this.calls = [...this.calls.slice(0, event.index), grown, ...this.calls.slice(event.index + 1)];
        this.#thought();
        return;
      }
      case 'citations':
        this.citations = [...this.citations, ...event.citations];
        return;
      case 'usage':
        this.usage = event.usage;
        return;
      case 'finished':
        return this.#end({ type: 'complete', stopReason: event.stopReason });
      case 'cancelled':
        return this.#end({ type: 'cancelled' });
      case 'failed':
        return this.#end({ type: 'failed', error: event.error });
    }
  }

  /** It goes on from where it was cut off. */
  goOn(): void {
    this.state = { type: 'streaming' };
    this.usage = UNKNOWN_USAGE;
    this.blocks.setLive(true);
  }

  #end(state: MessageState): void {
    this.state = state;
    this.waiting = null;
    this.blocks.setLive(false);
    this.#thought();
  }

  #thought(): void {
    if (this.thinkingSince !== null) this.thoughtUntil ??= this.#now();
  }
}

export function isTerminal(event: TurnEvent): boolean {
  return event.type === 'finished' || event.type === 'cancelled' || event.type === 'failed';
}

export function messageOf(view: MessageView): Message {
  const { body } = view;
  return body.role === 'user' ? new Question(view.id, body.text, body.files) : new Answer({ ...view, body });
}
