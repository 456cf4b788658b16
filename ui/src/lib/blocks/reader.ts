import { createContext } from 'svelte';

import type { HighlightCode, Span } from '../bindings/index.ts';

/** What the blocks of an answer need of the window they are read in. */
export interface Reader {
  openLink: (url: string) => void;
  highlight: (request: HighlightCode) => Promise<Span[][]>;
  copy: (text: string) => Promise<boolean>;
}

export const [getReader, setReader] = createContext<Reader>();
