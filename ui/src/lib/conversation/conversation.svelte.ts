import { asCommandError, commandError, type Backend } from '../backend/backend.ts';
import type {
  CommandError,
  ConversationItem,
  ConversationPage,
  DraftFile,
  ModelRef,
  Options,
  StartedTurn,
  Totals,
  TurnEvent,
} from '../bindings/index.ts';
import { Feed } from './feed.ts';
import { Answer, isTerminal, messageOf, Question, type Message } from './messages.svelte.ts';
import { NO_OPTIONS } from './options.ts';
import { minus, NO_TOTALS, plus } from './totals.ts';

/** What a conversation tells the window that shows it. */
export interface Listener {
  /** It has begun, or something was said in it. */
  onitem: (item: ConversationItem) => void;
  /** The answer in it has come to its end. */
  onended: (id: string) => void;
  /** The answer that is shown has taken a step. */
  onevent?: (answer: Answer, event: TurnEvent) => void;
}

/** How often a conversation is read again when it says that an answer is coming and nobody is making one. */
const TRIES = 3;

/**
 * One conversation as a window shows it. The app owns the turn in it; this watches, and can be dropped and made again at
 * any time.
 */
export class Conversation {
  /** null until the first message of a new one is accepted. */
  id = $state.raw<string | null>(null);
  title = $state('');
  messages = $state.raw<readonly Message[]>([]);
  hasEarlier = $state(false);
  /** What is chosen for its answers. */
  options: Options = $state.raw(NO_OPTIONS);
  /** What its answers took, without the one that is being made. */
  totals: Totals = $state.raw(NO_TOTALS);
  /** Whether the messages are known. */
  loaded = $state(true);
  loadError = $state.raw<CommandError | null>(null);
  /** Whether a message is on its way to the app; none other is taken meanwhile. */
  sending = $state(false);
  stopping = $state(false);
  /** Why the last message was not accepted, or could not be stopped. */
  problem = $state.raw<CommandError | null>(null);
  /** Whether the problem is that the draft was not accepted. */
  unsent = $state(false);

  readonly #backend: Backend;
  readonly #listener: Listener;
  /** Counts the watches: what an older one still brings is not for what is shown now. */
  #watch = 0;
  #left = false;
  #loadingEarlier = false;
  #misfits = 0;

  constructor(backend: Backend, listener: Listener, item: ConversationItem | null = null) {
    this.#backend = backend;
    this.#listener = listener;
    if (item) {
      this.id = item.id;
      this.title = item.title;
      this.loaded = false;
    }
  }

  /** The answer that is being made, if one is. */
  get running(): Answer | null {
    const last = this.messages.at(-1);
    return last?.role === 'assistant' && last.streaming ? last : null;
  }

  get isNew(): boolean {
    return this.id === null && this.messages.length === 0;
  }

  /** Reads the last page, and watches the answer that is being made in it. */
  async load(): Promise<void> {
    const conversation = this.id;
    if (conversation === null) return;
    this.loadError = null;
    const watch = ++this.#watch;
    try {
      for (let tries = 0; tries < TRIES; tries++) {
        const page = await this.#backend.call('open_conversation', { conversation, before: null });
        if (watch !== this.#watch) return;
        this.#take(page);
        const answer = this.running;
        if (!answer) return;
        const feed = new Feed();
        const watching = await this.#backend.call('watch_turn', { conversation }, feed.receive);
        if (watch !== this.#watch) return;
        if (watching) {
          this.#follow(answer, feed, watch);
          return;
        }
      }
      this.running?.apply({ type: 'failed', error: interrupted });
      this.#listener.onended(conversation);
    } catch (reason) {
      if (watch === this.#watch) this.loadError = asCommandError(reason);
    }
  }

  /** Puts the page before the first message in front of it. */
  async loadEarlier(): Promise<void> {
    const before = this.messages[0]?.id;
    if (!this.hasEarlier || this.#loadingEarlier || this.id === null || before === undefined) return;
    this.#loadingEarlier = true;
    try {
      const page = await this.#backend.call('open_conversation', { conversation: this.id, before });
      if (this.messages[0]?.id !== before) return;
      this.messages = [...page.messages.map(messageOf), ...this.messages];
      this.hasEarlier = page.hasEarlier;
    } catch (reason) {
      this.#fail(reason);
    } finally {
      this.#loadingEarlier = false;
    }
  }

  /**
   * Says something; `asText` although it looks like it holds a key. Answers whether it was accepted, that is, is on disk;
   * if not, `problem` says why.
   */
  async send(text: string, files: readonly DraftFile[], model: ModelRef, asText = false): Promise<boolean> {
    if (this.sending || this.running || (!/\S/.test(text) && files.length === 0)) return false;
    return this.#begin(async (receive) => {
      const attachments = files.map(({ id }) => id);
      const request = { conversation: this.id, text, attachments, model, asText, options: this.options };
      const started = await this.#backend.call('start_turn', request, receive);
      this.messages = [
        ...this.messages,
        new Question(
          started.question,
          text,
          files.map(({ file }) => file),
        ),
      ];
      return started;
    }, true);
  }

  /** Asks again for the last answer, which failed or was stopped. */
  async retry(answer: Answer, model: ModelRef): Promise<boolean> {
    const conversation = this.id;
    if (this.sending || this.running || conversation === null || answer !== this.messages.at(-1)) return false;
    return this.#begin(async (receive) => {
      const request = { conversation, answer: answer.id, model, goOn: false };
      const started = await this.#backend.call('retry_turn', request, receive);
      // An answer without a word gives way to the new one; what there is of a partial one stays.
      if (!answer.hasText) this.messages = this.messages.slice(0, -1);
      return started;
    }, false);
  }

  /** Has the last answer go on from where it was cut off. */
  async goOn(answer: Answer, model: ModelRef): Promise<boolean> {
    const conversation = this.id;
    if (this.sending || this.running || conversation === null || answer !== this.messages.at(-1)) return false;
    return this.#begin(async (receive) => {
      const request = { conversation, answer: answer.id, model, goOn: true };
      const started = await this.#backend.call('retry_turn', request, receive);
      this.totals = minus(this.totals, answer);
      answer.goOn();
      return started;
    }, false);
  }

  /** Chooses something else for the next answers. One that has not begun yet begins with it. */
  async choose(options: Options): Promise<void> {
    const before = this.options;
    if (JSON.stringify(options) === JSON.stringify(before)) return;
    this.options = options;
    if (this.id === null) return;
    try {
      await this.#backend.call('choose_options', { conversation: this.id, options });
    } catch (reason) {
      this.options = before;
      this.#fail(reason);
    }
  }

  async stop(): Promise<void> {
    const conversation = this.id;
    if (conversation === null || !this.running || this.stopping) return;
    this.stopping = true;
    try {
      await this.#backend.call('stop_turn', { conversation });
    } catch (reason) {
      this.#fail(reason);
    } finally {
      this.stopping = false;
    }
  }

  /** The window shows another one. What still comes of this one's answer is only listened to for its end. */
  leave(): void {
    this.#left = true;
  }

  async #begin(ask: (receive: (event: TurnEvent) => void) => Promise<StartedTurn>, unsent: boolean): Promise<boolean> {
    this.sending = true;
    this.problem = null;
    const feed = new Feed();
    const watch = ++this.#watch;
    try {
      const started = await ask(feed.receive);
      this.id = started.conversation.id;
      this.title = started.conversation.title;
      const last = this.messages.at(-1);
      const answer = last?.id === started.answer.id ? last : messageOf(started.answer);
      if (answer !== last) this.messages = [...this.messages, answer];
      this.#listener.onitem(started.conversation);
      if (answer.role === 'assistant') this.#follow(answer, feed, watch);
      return true;
    } catch (reason) {
      this.#fail(reason, unsent);
      return false;
    } finally {
      this.sending = false;
    }
  }

  #follow(answer: Answer, feed: Feed, watch: number): void {
    let ended = false;
    feed.attach((event) => {
      if (watch !== this.#watch || ended) return;
      ended = isTerminal(event);
      if (ended && this.id !== null) this.#listener.onended(this.id);
      if (this.#left) return;
      if (ended) this.totals = plus(this.totals, answer, event);
      try {
        if (event.type === 'snapshot' && event.answer !== answer.id) throw new Error('another answer');
        answer.apply(event);
        this.#listener.onevent?.(answer, event);
      } catch {
        // What is shown and what comes do not fit: read the whole again, but not for ever.
        if (++this.#misfits > TRIES) this.loadError = misfit;
        else void this.load();
      }
    });
  }

  #fail(reason: unknown, unsent = false): void {
    this.problem = asCommandError(reason);
    this.unsent = unsent;
  }

  #take(page: ConversationPage): void {
    this.title = page.conversation.title;
    this.messages = page.messages.map(messageOf);
    this.hasEarlier = page.hasEarlier;
    this.totals = page.totals;
    this.options = page.options;
    this.loaded = true;
  }
}

const interrupted = commandError('interrupted');
const misfit = commandError('bad_request');
