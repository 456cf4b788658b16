import type { Inline } from '../bindings/index.ts';
import type { BlockNode } from '../blocks/nodes.svelte.ts';
import { plain } from '../words/phrase.ts';
import { words } from '../words/words.ts';

/** Cuts a growing answer into whole sentences for a screen reader, each said once. */
export class Speech {
  #block = 0;
  #offset = 0;

  /** What has become sayable: the rest of every block that is complete, and the whole sentences of the one that is not. */
  next(nodes: readonly BlockNode[], ended: boolean): string {
    const said: string[] = [];
    // Blocks may be taken back while text streams; what was said of them stays said.
    this.#block = Math.min(this.#block, Math.max(nodes.length - 1, 0));
    for (; this.#block < nodes.length; this.#block++, this.#offset = 0) {
      const node = nodes[this.#block];
      if (!node) break;
      const complete = ended || this.#block < nodes.length - 1;
      const text = spoken(node);
      const end = complete ? text.length : sentencesEnd(text, node.type);
      if (end > this.#offset) said.push(text.slice(this.#offset, end).trim());
      if (!complete) {
        this.#offset = Math.max(this.#offset, end);
        break;
      }
    }
    return said.filter(Boolean).join(' ');
  }
}

/** Where the last whole sentence of a text ends. */
function sentencesEnd(text: string, type: BlockNode['type']): number {
  if (type === 'code' || type === 'table') return 0;
  let end = 0;
  for (const match of text.matchAll(/[.!?…:]["'”’)\]]*\s|[。！？]/gu)) end = match.index + match[0].length;
  return end;
}

function spoken(node: BlockNode): string {
  switch (node.type) {
    case 'paragraph':
    case 'heading':
      return flat(node.inlines);
    case 'code':
      return words.transcript.codeSpoken(node.language?.name ?? '');
    case 'table':
      return words.transcript.tableSpoken;
    case 'quote':
      return node.blocks.nodes.map(spoken).join(' ');
    case 'list':
      return node.items.map((item) => item.blocks.nodes.map(spoken).join(' ')).join('. ');
    case 'rule':
      return '';
  }
}

function flat(inlines: readonly Inline[]): string {
  return inlines
    .map((inline) => {
      switch (inline.type) {
        case 'text':
        case 'code':
          return inline.text;
        case 'break':
          return ' ';
        case 'image':
          return plain(words.transcript.image(inline.host, inline.alt));
        default:
          return flat(inline.inlines);
      }
    })
    .join('');
}
