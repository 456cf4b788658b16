/** A sentence some of whose words are set apart: a host or a path in the fixed-width face, a word that counts in a stronger one. */
export type Phrase = readonly (string | { mono: string } | { strong: string })[];

/** The sentence as plain text. */
export function plain(phrase: Phrase): string {
  return phrase.map((part) => (typeof part === 'string' ? part : 'mono' in part ? part.mono : part.strong)).join('');
}
