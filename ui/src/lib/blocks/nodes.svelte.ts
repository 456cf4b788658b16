import type { Alignment, Block, Cell, Growth, Inline, Language, ListItem, Patch, Span } from '../bindings/index.ts';

// A document as the window keeps it: one object per block, each with what can change in it as state of its own. A step
// touches the objects that it names and no others, so what it costs depends on its size, not on the document's.

/** A step does not fit the blocks that are there. Nothing can be made of it but to ask for the whole again. */
export class PatchMismatch extends Error {
  constructor() {
    super('the patch was made for other blocks');
  }
}

export type BlockNode = ParagraphNode | HeadingNode | CodeNode | ListNode | QuoteNode | TableNode | RuleNode;

/** Blocks in order: a whole answer, a quotation, or an item of a list. */
export class BlockList {
  nodes = $state.raw<readonly BlockNode[]>([]);
  /** Whether the text goes on at the end of these blocks. */
  live = $state(false);

  constructor(blocks: readonly Block[]) {
    this.nodes = blocks.map(nodeOf);
  }

  apply({ keep, grow, changed }: Patch): void {
    const kept = keep + (grow ? 1 : 0);
    if (this.nodes.length < kept) throw new PatchMismatch();
    if (grow) growNode(this.nodes[keep], grow);
    if (changed.length > 0 || this.nodes.length > kept) {
      const before = this.nodes.at(-1);
      this.nodes = [...this.nodes.slice(0, kept), ...changed.map(nodeOf)];
      if (this.live && before !== this.nodes.at(-1)) {
        setLive(before, false);
        setLive(this.nodes.at(-1), true);
      }
    }
  }

  /** Says whether the text goes on here. Only the last block is told, so that its end moves at the cost of two blocks. */
  setLive(live: boolean): void {
    if (this.live === live) return;
    this.live = live;
    setLive(this.nodes.at(-1), live);
  }

  toBlocks(): Block[] {
    return this.nodes.map((node) => node.toBlock());
  }
}

export class ParagraphNode {
  readonly type = 'paragraph';
  /** Whether the text goes on in it. */
  live = $state(false);
  inlines = $state.raw<readonly Inline[]>([]);

  constructor(inlines: readonly Inline[]) {
    this.inlines = inlines;
  }

  appendText(append: string): void {
    const last = this.inlines.at(-1);
    if (last?.type !== 'text') throw new PatchMismatch();
    this.inlines = [...this.inlines.slice(0, -1), { type: 'text', text: last.text + append }];
  }

  keepInlines(keep: number, changed: readonly Inline[]): void {
    this.inlines = [...first(this.inlines, keep), ...changed];
  }

  toBlock(): Block {
    return { type: this.type, inlines: [...this.inlines] };
  }
}

export class HeadingNode {
  readonly type = 'heading';
  /** Whether the text goes on in it. */
  live = $state(false);
  constructor(
    readonly level: number,
    readonly inlines: readonly Inline[],
  ) {}

  toBlock(): Block {
    return { type: this.type, level: this.level, inlines: [...this.inlines] };
  }
}

/** One line of code: its text, and its colours once they are known. */
export class CodeLine {
  text = $state('');
  spans = $state.raw<readonly Span[] | null>(null);

  constructor(
    text: string,
    /** Whether it is the first of its block: the others begin with a line end. */
    readonly first: boolean,
  ) {
    this.text = text;
  }

  /** Takes colours, unless they are those of an earlier state of the line. */
  colour(spans: readonly Span[]): void {
    let text = '';
    for (const span of spans) text += span.text;
    if (text === this.text) this.spans = spans;
  }
}

/** Lines are kept in sections, so that a line more costs one section and not the whole block. */
export class CodeSection {
  lines = $state.raw<readonly CodeLine[]>([]);
}

export const SECTION_LINES = 64;

export class CodeNode {
  readonly type = 'code';
  /** Whether the text goes on in it. */
  live = $state(false);
  closed = $state(false);
  sections = $state.raw<readonly CodeSection[]>([]);

  constructor(
    readonly language: Language | null,
    lines: readonly string[],
    closed: boolean,
  ) {
    this.closed = closed;
    this.#push(lines);
  }

  get lines(): CodeLine[] {
    return this.sections.flatMap((section) => section.lines);
  }

  get text(): string {
    return this.lines.map((line) => line.text).join('\n');
  }

  get coloured(): boolean {
    return this.lines.every((line) => line.spans !== null);
  }

  grow(append: string, lines: readonly string[], closed: boolean): void {
    const last = this.sections.at(-1)?.lines.at(-1);
    if (append !== '') {
      if (last) {
        last.text += append;
        last.spans = null;
      } else {
        this.#push([append]);
      }
    }
    this.#push(lines);
    this.closed = closed;
  }

  /** Colours the lines from `from` on. Lines that are not there are left out. */
  colour(from: number, lines: readonly (readonly Span[])[]): void {
    lines.forEach((spans, offset) => {
      const at = from + offset;
      this.sections[Math.floor(at / SECTION_LINES)]?.lines[at % SECTION_LINES]?.colour(spans);
    });
  }

  toBlock(): Block {
    return {
      type: this.type,
      language: this.language,
      lines: this.lines.map((line) => line.text),
      closed: this.closed,
    };
  }

  #push(lines: readonly string[]): void {
    let from = 0;
    const added: CodeSection[] = [];
    let section = this.sections.at(-1);
    while (from < lines.length) {
      if (!section || section.lines.length === SECTION_LINES) {
        section = new CodeSection();
        added.push(section);
      }
      const room = SECTION_LINES - section.lines.length;
      const first = this.sections.length + added.length === 1 && section.lines.length === 0;
      const more = lines.slice(from, from + room).map((text, index) => new CodeLine(text, first && index === 0));
      section.lines = [...section.lines, ...more];
      from += room;
    }
    if (added.length > 0) this.sections = [...this.sections, ...added];
  }
}

export class ItemNode {
  readonly checked: boolean | null;
  readonly blocks: BlockList;

  constructor(item: ListItem) {
    this.checked = item.checked;
    this.blocks = new BlockList(item.blocks);
  }
}

export class ListNode {
  readonly type = 'list';
  #live = false;
  tight = $state(true);
  items = $state.raw<readonly ItemNode[]>([]);

  constructor(
    readonly ordered: boolean,
    readonly start: number | null,
    tight: boolean,
    items: readonly ListItem[],
  ) {
    this.tight = tight;
    this.items = items.map((item) => new ItemNode(item));
  }

  grow(tight: boolean, keep: number, patch: Patch | null, changed: readonly ListItem[]): void {
    const kept = keep + (patch ? 1 : 0);
    if (this.items.length < kept) throw new PatchMismatch();
    if (patch) this.items[keep]?.blocks.apply(patch);
    if (changed.length > 0 || this.items.length > kept) {
      const before = this.items.at(-1);
      this.items = [...this.items.slice(0, kept), ...changed.map((item) => new ItemNode(item))];
      if (this.#live && before !== this.items.at(-1)) {
        before?.blocks.setLive(false);
        this.items.at(-1)?.blocks.setLive(true);
      }
    }
    this.tight = tight;
  }

  setLive(live: boolean): void {
    this.#live = live;
    this.items.at(-1)?.blocks.setLive(live);
  }

  toBlock(): Block {
    const items = this.items.map(({ checked, blocks }) => ({ checked, blocks: blocks.toBlocks() }));
    return { type: this.type, ordered: this.ordered, start: this.start, tight: this.tight, items };
  }
}

export class QuoteNode {
  readonly type = 'quote';
  readonly blocks: BlockList;

  constructor(blocks: readonly Block[]) {
    this.blocks = new BlockList(blocks);
  }

  toBlock(): Block {
    return { type: this.type, blocks: this.blocks.toBlocks() };
  }
}

export class TableNode {
  readonly type = 'table';
  rows = $state.raw<readonly (readonly Cell[])[]>([]);

  constructor(
    readonly alignments: readonly Alignment[],
    readonly head: readonly Cell[],
    rows: readonly (readonly Cell[])[],
  ) {
    this.rows = rows;
  }

  keepRows(keep: number, changed: readonly (readonly Cell[])[]): void {
    this.rows = [...first(this.rows, keep), ...changed];
  }

  toBlock(): Block {
    return {
      type: this.type,
      alignments: [...this.alignments],
      head: [...this.head],
      rows: this.rows.map((row) => [...row]),
    };
  }
}

export class RuleNode {
  readonly type = 'rule';

  toBlock(): Block {
    return { type: this.type };
  }
}

function nodeOf(block: Block): BlockNode {
  switch (block.type) {
    case 'paragraph':
      return new ParagraphNode(block.inlines);
    case 'heading':
      return new HeadingNode(block.level, block.inlines);
    case 'code':
      return new CodeNode(block.language, block.lines, block.closed);
    case 'list':
      return new ListNode(block.ordered, block.start, block.tight, block.items);
    case 'quote':
      return new QuoteNode(block.blocks);
    case 'table':
      return new TableNode(block.alignments, block.head, block.rows);
    case 'rule':
      return new RuleNode();
  }
}

function setLive(node: BlockNode | undefined, live: boolean): void {
  if (node instanceof ListNode) node.setLive(live);
  else if (node instanceof QuoteNode) node.blocks.setLive(live);
  else if (node && 'live' in node) node.live = live;
}

function growNode(node: BlockNode | undefined, growth: Growth): void {
  if (growth.type === 'code' && node instanceof CodeNode) node.grow(growth.append, growth.lines, growth.closed);
  else if (growth.type === 'text' && node instanceof ParagraphNode) node.appendText(growth.append);
  else if (growth.type === 'inlines' && node instanceof ParagraphNode) node.keepInlines(growth.keep, growth.changed);
  else if (growth.type === 'quote' && node instanceof QuoteNode) node.blocks.apply(growth.patch);
  else if (growth.type === 'list' && node instanceof ListNode) {
    node.grow(growth.tight, growth.keep, growth.grow, growth.changed);
  } else if (growth.type === 'table' && node instanceof TableNode) node.keepRows(growth.keep, growth.changed);
  else throw new PatchMismatch();
}

function first<T>(list: readonly T[], keep: number): readonly T[] {
  if (list.length < keep) throw new PatchMismatch();
  return list.slice(0, keep);
}
