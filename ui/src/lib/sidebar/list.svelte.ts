import { asCommandError, type Backend } from '../backend/backend.ts';
import type { CommandError, ConversationItem } from '../bindings/index.ts';

/** How long a deleted chat can be taken back, in milliseconds. */
export const UNDO_FOR = 10_000;

/** The conversations there are, the latest first. */
export class ConversationListState {
  items = $state.raw<readonly ConversationItem[]>([]);
  /** The one that was deleted last, as long as it can be taken back. */
  deleted = $state.raw<ConversationItem | null>(null);
  problem = $state.raw<CommandError | null>(null);

  readonly #backend: Backend;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  async load(): Promise<void> {
    try {
      this.items = sorted(await this.#backend.call('list_conversations'));
    } catch (reason) {
      this.problem = asCommandError(reason);
    }
  }

  /** The end of an answer that is not shown is heard of all the same. */
  awaitEnds(shown?: string): void {
    for (const item of this.items) {
      if (item.running && item.id !== shown) void this.#awaitEnd(item.id);
    }
  }

  /** Reads the list again after something went wrong. */
  async retry(): Promise<void> {
    this.problem = null;
    await this.load();
  }

  find(id: string): ConversationItem | undefined {
    return this.items.find((item) => item.id === id);
  }

  put(item: ConversationItem): void {
    this.items = sorted([item, ...this.items.filter((other) => other.id !== item.id)]);
  }

  ended(id: string): void {
    this.items = this.items.map((item) => (item.id === id && item.running ? { ...item, running: false } : item));
  }

  /** Gives a chat another title; if that can't be saved, it has the old one again. */
  async rename(id: string, to: string): Promise<string | null> {
    const item = this.find(id);
    const title = to.trim();
    if (!item || title === '' || title === item.title) return null;
    this.#replace({ ...item, title });
    try {
      await this.#backend.call('rename_conversation', { conversation: id, title });
      return title;
    } catch (reason) {
      this.problem = asCommandError(reason);
      this.#replace(item);
      return null;
    }
  }

  async delete(id: string): Promise<boolean> {
    const item = this.find(id);
    if (!item) return false;
    try {
      await this.#backend.call('delete_conversation', { conversation: id });
    } catch (reason) {
      this.problem = asCommandError(reason);
      return false;
    }
    this.items = this.items.filter((other) => other.id !== id);
    this.deleted = { ...item, running: false };
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.deleted = null), UNDO_FOR);
    return true;
  }

  /** Takes the last deletion back. */
  async restore(): Promise<ConversationItem | null> {
    const item = this.deleted;
    if (!item) return null;
    clearTimeout(this.#timer);
    this.deleted = null;
    try {
      await this.#backend.call('restore_conversation', { conversation: item.id });
      this.put(item);
      return item;
    } catch (reason) {
      this.problem = asCommandError(reason);
      return null;
    }
  }

  #replace(item: ConversationItem): void {
    this.items = this.items.map((other) => (other.id === item.id ? item : other));
  }

  async #awaitEnd(id: string): Promise<void> {
    const heard = (event: { type: string }) => {
      if (event.type === 'finished' || event.type === 'cancelled' || event.type === 'failed') this.ended(id);
    };
    try {
      if (!(await this.#backend.call('watch_turn', { conversation: id }, heard))) this.ended(id);
    } catch {
      this.ended(id);
    }
  }
}

function sorted(items: readonly ConversationItem[]): ConversationItem[] {
  return [...items].sort((a, b) => b.updatedAt - a.updatedAt);
}
