import { asCommandError, type Backend } from '../backend/backend.ts';
import type { Abilities, AttachedFile, Attached, CommandError, FileKind, RefusedFile } from '../bindings/index.ts';
import type { IconName } from '../components/icons.ts';
import type { Draft } from './drafts.svelte.ts';

/** Why a file can't go to a model. */
export type FileFault = { type: 'kind' } | { type: 'size'; most: number };

/** Why a file can't go to a model of such a protocol; null if it can. The app decides once more when it is sent. */
export function faultOf({ kind, bytes }: AttachedFile, abilities: Abilities | null): FileFault | null {
  if (kind === 'text' || abilities === null) return null;
  const most = kind === 'pdf' ? abilities.largestPdf : abilities.imageTypes.includes(kind) ? abilities.largestImage : 0;
  if (most === 0) return { type: 'kind' };
  return bytes > most ? { type: 'size', most } : null;
}

export const fileIcons: Record<FileKind, IconName> = {
  text: 'file',
  png: 'image',
  jpeg: 'image',
  gif: 'image',
  webp: 'image',
  pdf: 'file',
};

/** Puts files beside what is being written. */
export class Files {
  /** The files that were not taken, until something else is done. */
  refused = $state.raw<readonly RefusedFile[]>([]);
  problem = $state.raw<CommandError | null>(null);

  readonly #backend: Backend;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** Has some chosen in the system's own dialog. */
  async choose(draft: Draft): Promise<void> {
    await this.#take(draft, () => this.#backend.call('choose_files'));
  }

  /** Takes those that were pasted or dropped, one after the other. */
  async add(draft: Draft, files: readonly File[]): Promise<void> {
    this.refused = [];
    for (const file of files) {
      const refused = this.refused;
      await this.#take(draft, async () => {
        const data = await base64Of(file);
        if (data === null) return { files: [], refused: [{ name: file.name, reason: 'unreadable' }] };
        return this.#backend.call('attach_file', { name: file.name, data });
      });
      this.refused = [...refused, ...this.refused];
    }
  }

  remove(draft: Draft, id: string): void {
    draft.files = draft.files.filter((file) => file.id !== id);
    this.clear();
    // If it can't be forgotten at once, it is when the app ends.
    this.#backend.call('detach_file', { id }).catch(() => undefined);
  }

  clear(): void {
    this.refused = [];
    this.problem = null;
  }

  async #take(draft: Draft, ask: () => Promise<Attached>): Promise<void> {
    this.clear();
    draft.coming++;
    try {
      const { files, refused } = await ask();
      draft.files = [...draft.files, ...files];
      this.refused = refused;
    } catch (reason) {
      this.problem = asCommandError(reason);
    } finally {
      draft.coming--;
    }
  }
}

/** The bytes of a file in base64; null if they can't be read. */
function base64Of(file: File): Promise<string | null> {
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => {
      const url = typeof reader.result === 'string' ? reader.result : '';
      resolve(url.slice(url.indexOf(',') + 1));
    };
    reader.onerror = () => resolve(null);
    reader.readAsDataURL(file);
  });
}
