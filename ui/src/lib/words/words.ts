import { en, type Words } from './en.ts';

export type { Words } from './en.ts';
export type { Phrase } from './phrase.ts';

/** The catalogue in use. English is the only one yet; another language is chosen here. */
export const words: Words = en;
