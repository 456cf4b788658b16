import { expect, test } from 'vitest';

import type { Block, Cell, Growth, Inline, ListItem, Patch } from '../src/lib/bindings/index.ts';
import { BlockList, CodeNode, PatchMismatch, SECTION_LINES } from '../src/lib/blocks/nodes.svelte.ts';

/** A generator of numbers that is the same at every run (mulberry32). */
function random(seed: number) {
  return (below: number) => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}
type Below = ReturnType<typeof random>;

const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
const word = (below: Below) => ['a', 'bc', '<b>', 'ü', '\n', ' '][below(6)] ?? '';
const inline = (below: Below): Inline =>
  below(3) === 0
    ? { type: 'strong', inlines: [{ type: 'text', text: word(below) }] }
    : { type: 'text', text: word(below) };
const cell = (below: Below): Cell => ({ inlines: [inline(below)] });
const item = (below: Below, depth: number): ListItem => ({ checked: null, blocks: blocks(below, depth + 1) });

function block(below: Below, depth: number): Block {
  switch (below(depth > 2 ? 4 : 7)) {
    case 0:
      return { type: 'heading', level: 1 + below(6), inlines: [inline(below)] };
    case 1:
      return { type: 'code', language: null, lines: times(below(150), () => word(below)), closed: false };
    case 2:
      return { type: 'table', alignments: ['none'], head: [cell(below)], rows: times(below(4), () => [cell(below)]) };
    case 3:
      return { type: 'rule' };
    case 4:
      return { type: 'quote', blocks: blocks(below, depth + 1) };
    case 5:
      return {
        type: 'list',
        ordered: false,
        start: null,
        tight: true,
        items: times(below(4), () => item(below, depth)),
      };
    default:
      return { type: 'paragraph', inlines: times(1 + below(3), () => inline(below)) };
  }
}
const blocks = (below: Below, depth = 0): Block[] => times(below(5), () => block(below, depth));

/** A growth for a block, and the block that it leads to, worked out without the window's own code. */
function grown(below: Below, old: Block): [Growth, Block] | null {
  switch (old.type) {
    case 'paragraph': {
      const last = old.inlines.at(-1);
      if (last?.type === 'text' && below(2) === 0) {
        const append = word(below);
        return [
          { type: 'text', append },
          { ...old, inlines: [...old.inlines.slice(0, -1), { type: 'text', text: last.text + append }] },
        ];
      }
      const keep = below(old.inlines.length + 1);
      const changed = [inline(below)];
      return [
        { type: 'inlines', keep, changed },
        { ...old, inlines: [...old.inlines.slice(0, keep), ...changed] },
      ];
    }
    case 'code': {
      const append = below(2) ? 'x' : '';
      const lines = times(below(SECTION_LINES * 2), () => word(below));
      const before = old.lines.length > 0 ? old.lines : append ? [''] : [];
      const head = before.length > 0 ? [...before.slice(0, -1), before.at(-1) + append] : [];
      return [
        { type: 'code', append, lines, closed: true },
        { ...old, lines: [...head, ...lines], closed: true },
      ];
    }
    case 'quote': {
      const [patch, after] = step(below, old.blocks);
      return [
        { type: 'quote', patch },
        { ...old, blocks: after },
      ];
    }
    case 'list': {
      const keep = below(old.items.length + 1);
      const at = old.items[keep];
      const changed = times(below(2), () => item(below, 2));
      const [patch, after] = at && below(2) ? step(below, at.blocks) : [null, null];
      const kept = old.items.slice(0, keep);
      const items = at && after ? [...kept, { ...at, blocks: after }, ...changed] : [...kept, ...changed];
      return [
        { type: 'list', tight: false, keep, grow: patch, changed },
        { ...old, tight: false, items },
      ];
    }
    case 'table': {
      const keep = below(old.rows.length + 1);
      const changed = [[cell(below)]];
      return [
        { type: 'table', keep, changed },
        { ...old, rows: [...old.rows.slice(0, keep), ...changed] },
      ];
    }
    default:
      return null;
  }
}

function step(below: Below, old: Block[]): [Patch, Block[]] {
  const keep = below(old.length + 1);
  const changed = blocks(below, 2);
  const at = old[keep];
  const growth = at ? grown(below, at) : null;
  const after = [...old.slice(0, keep), ...(growth ? [growth[1]] : []), ...changed];
  return [{ keep, grow: growth?.[0] ?? null, changed }, after];
}

test.each(times(60, (seed) => seed))('any run of patches leads where it should, seed %i', (seed) => {
  const below = random(seed);
  let plain = blocks(below);
  const list = new BlockList(plain);
  expect(list.toBlocks()).toEqual(plain);
  for (let i = 0; i < 25; i++) {
    const before = list.nodes;
    const [patch, after] = step(below, plain);
    list.apply(structuredClone(patch));
    plain = after;
    expect(list.toBlocks()).toEqual(plain);
    // What stays is the very same object: nothing of it is made again.
    const kept = patch.keep + (patch.grow ? 1 : 0);
    for (let n = 0; n < kept; n++) expect(list.nodes[n]).toBe(before[n]);
  }
});

test.each<[string, Patch]>([
  ['keeps more than there is', { keep: 2, grow: null, changed: [] }],
  ['grows what is not there', { keep: 1, grow: { type: 'text', append: 'x' }, changed: [] }],
  ['grows another kind', { keep: 0, grow: { type: 'code', append: 'x', lines: [], closed: false }, changed: [] }],
  ['keeps more inlines than there are', { keep: 0, grow: { type: 'inlines', keep: 2, changed: [] }, changed: [] }],
])('a patch that %s is refused', (_, patch) => {
  const list = new BlockList([{ type: 'paragraph', inlines: [{ type: 'text', text: 'a' }] }]);
  expect(() => list.apply(patch)).toThrow(PatchMismatch);
});

test('a line of code costs one section, not the block', () => {
  const lines = times(SECTION_LINES * 10, (i) => `line ${i}`);
  const node = new CodeNode(null, lines, false);
  const sections = [...node.sections];
  const contents = sections.map((section) => section.lines);
  node.grow('!', ['one more'], false);
  expect(node.sections.slice(0, sections.length)).toEqual(sections);
  for (let i = 0; i < sections.length; i++) expect(node.sections[i]?.lines).toBe(contents[i]);
  expect(node.text).toBe([...lines.slice(0, -1), `${lines.at(-1)}!`, 'one more'].join('\n'));
});

test('colours of an earlier state of a line are left out, and growth takes the colours off', () => {
  const node = new CodeNode(null, ['let a', 'b'], false);
  node.colour(0, [[{ kind: 'keyword', text: 'let' }], [{ kind: 'name', text: 'b' }]]);
  expect(node.lines.map((line) => line.spans !== null)).toEqual([false, true]);
  node.grow('c', [], true);
  expect(node.lines.map((line) => line.spans !== null)).toEqual([false, false]);
  node.colour(7, [[{ kind: 'plain', text: 'nowhere' }]]);
  expect(node.text).toBe('let a\nbc');
});

test('the end of the text moves with it, and only two blocks are told', () => {
  const paragraph = (text: string): Block => ({ type: 'paragraph', inlines: [{ type: 'text', text }] });
  const list = (...texts: string[]): Block => ({
    type: 'list',
    ordered: false,
    start: null,
    tight: true,
    items: texts.map((text) => ({ checked: null, blocks: [paragraph(text)] })),
  });
  const blocks = new BlockList([paragraph('a'), paragraph('b')]);
  blocks.setLive(true);
  const live = () =>
    blocks.nodes.map((node) =>
      node.type === 'list' ? node.items.map(({ blocks }) => blocks.live) : 'live' in node && node.live,
    );
  expect(live()).toEqual([false, true]);
  blocks.apply({ keep: 2, grow: null, changed: [list('c')] });
  expect(live()).toEqual([false, false, [true]]);
  const item = { checked: null, blocks: [paragraph('d')] };
  blocks.apply({
    keep: 2,
    grow: { type: 'list', tight: true, keep: 1, grow: null, changed: [item] },
    changed: [],
  });
  expect(live()).toEqual([false, false, [false, true]]);
  blocks.setLive(false);
  expect(live()).toEqual([false, false, [false, false]]);
});
