import { asCommandError, type Backend } from '../backend/backend.ts';
import type { CommandError, SealedState, SettingsPage, StoreState, TurnEvent } from '../bindings/index.ts';
import { ModelChoice } from '../models/choice.svelte.ts';
import { ConversationListState } from '../sidebar/list.svelte.ts';
import { Conversation } from './conversation.svelte.ts';
import { Draft, Drafts } from './drafts.svelte.ts';
import { Files } from './files.svelte.ts';
import { KeyWatch } from './key-watch.ts';
import type { Answer } from './messages.svelte.ts';

/** For how long the app is not asked again to open a connection, in ms. */
const WARM = 20_000;

/** Everything that the chat window knows: the list, the conversation that is open, the drafts and the model. */
export class Chats {
  readonly list: ConversationListState;
  readonly models: ModelChoice;
  readonly drafts: Drafts;
  readonly keyWatch: KeyWatch;
  readonly files: Files;
  current = $state.raw<Conversation>() as Conversation;
  draft = $state.raw<Draft>() as Draft;
  /** What went wrong with something that has no place of its own. */
  problem = $state.raw<CommandError | null>(null);
  /** Hears every step of the answer that is shown. */
  onevent: ((answer: Answer, event: TurnEvent) => void) | null = null;
  /** Puts the focus where one writes, because what had it goes. */
  onwrite: (() => void) | null = null;

  readonly #backend: Backend;

  constructor(backend: Backend) {
    this.#backend = backend;
    this.drafts = new Drafts(backend);
    this.list = new ConversationListState(backend);
    this.models = new ModelChoice(backend);
    this.keyWatch = new KeyWatch(backend);
    this.files = new Files(backend);
    this.#show(new Conversation(backend, this.#listener));
  }

  async load(): Promise<void> {
    await Promise.all([this.list.load(), this.models.load(), this.drafts.load()]);
    // A window that was loaded again in the middle of an answer goes on with it.
    const running = this.list.items.find((item) => item.running);
    this.list.awaitEnds(running?.id);
    if (running && this.current.isNew && !this.current.sending && !this.draft.saysSomething)
      await this.open(running.id);
  }

  newChat(): void {
    this.#show(new Conversation(this.#backend, this.#listener));
  }

  async open(id: string): Promise<void> {
    const item = this.list.find(id);
    if (!item || (this.current.id === id && !this.current.loadError)) return;
    const conversation = new Conversation(this.#backend, this.#listener, item);
    this.#show(conversation);
    await conversation.load();
  }

  /** Somebody writes: a connection is opened meanwhile, so that the question need not wait for one. */
  writing(): void {
    const now = Date.now();
    if (now - this.#warmed < WARM || this.models.group?.demo !== false) return;
    this.#warmed = now;
    // What goes wrong is told when something is sent.
    this.#backend.call('warm_up').catch(() => undefined);
  }
  #warmed = 0;

  /** Sends the draft, unless it looks like it holds a key. It is cleared only once the app has taken it. */
  async send(): Promise<void> {
    const { current, draft } = this;
    const { selected } = this.models;
    if (!selected || draft.held) return;
    const { text, files, asText } = draft;
    if (!(await current.send(text, files, selected, asText))) {
      if (current.problem?.code !== 'key_in_message') return;
      // It was sent before it was looked at.
      draft.key = { provider: current.problem.subject };
      current.problem = null;
      if (draft.text !== text) this.keyWatch.changed(draft);
      return;
    }
    this.files.clear();
    draft.said(text, files);
    void this.drafts.keep();
    if (this.current !== current) return;
    // A new chat has got its id: what was written on meanwhile goes with it.
    const own = this.drafts.of(current.id);
    if (own !== draft) {
      own.take(draft);
      this.draft = own;
    }
  }

  /** Sends the draft although something in it looks like a key. */
  async sendAsText(): Promise<void> {
    this.draft.pass();
    await this.send();
  }

  async retry(answer: Answer): Promise<void> {
    const { selected } = this.models;
    this.onwrite?.();
    if (selected) await this.current.retry(answer, selected);
  }

  async goOn(answer: Answer): Promise<void> {
    const { selected } = this.models;
    this.onwrite?.();
    if (selected) await this.current.goOn(answer, selected);
  }

  async rename(id: string, title: string): Promise<void> {
    const saved = await this.list.rename(id, title);
    if (saved !== null && this.current.id === id) this.current.title = saved;
  }

  async delete(id: string): Promise<void> {
    if ((await this.list.delete(id)) && this.current.id === id) this.newChat();
  }

  async restore(): Promise<void> {
    const item = await this.list.restore();
    if (item && this.current.isNew && !this.draft.saysSomething) await this.open(item.id);
  }

  /** Has the passphrase of the sealed file asked for natively; null if that failed. */
  async unlockSealed(): Promise<SealedState | null> {
    return this.#try(() => this.#backend.call('unlock_sealed'));
  }

  async unlock(): Promise<StoreState | null> {
    return this.#try(() => this.#backend.call('unlock_store'));
  }

  /** Unlocks the store, then asks again for the models that were behind it. */
  async unlockForModels(): Promise<void> {
    const inFile = this.models.menu?.groups.some(({ error }) => error?.code === 'sealed_locked') ?? false;
    const state = await (inFile ? this.unlockSealed() : this.unlock());
    if (state) await this.models.refresh();
  }

  openSettings(page: SettingsPage = 'keys'): void {
    void this.#try(() => this.#backend.call('open_settings', { page }));
  }

  openLink(url: string): void {
    void this.#try(() => this.#backend.call('open_link', { url }));
  }

  async textOf(answer: Answer): Promise<string | null> {
    const { id } = this.current;
    if (id === null) return null;
    return this.#try(() => this.#backend.call('message_text', { conversation: id, message: answer.id }));
  }

  async #try<T>(ask: () => Promise<T>): Promise<T | null> {
    try {
      return await ask();
    } catch (reason) {
      this.problem = asCommandError(reason);
      return null;
    }
  }

  #show(conversation: Conversation): void {
    this.current?.leave();
    this.current = conversation;
    this.draft = this.drafts.of(conversation.id);
    this.problem = null;
  }

  get #listener() {
    return {
      onitem: this.list.put.bind(this.list),
      onended: this.list.ended.bind(this.list),
      onevent: (answer: Answer, event: TurnEvent) => this.onevent?.(answer, event),
    };
  }
}
