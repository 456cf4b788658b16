import { expect, test } from 'vitest';

import type { Block } from '../src/lib/bindings/index.ts';
import { BlockList } from '../src/lib/blocks/nodes.svelte.ts';
import { Speech } from '../src/lib/conversation/speech.ts';

const p = (text: string): Block => ({ type: 'paragraph', inlines: [{ type: 'text', text }] });

test('an answer is spoken in whole sentences, each once', () => {
  const list = new BlockList([p('One sente')]);
  const speech = new Speech();
  const grow = (append: string) => list.apply({ keep: 0, grow: { type: 'text', append }, changed: [] });
  expect(speech.next(list.nodes, false)).toBe('');
  grow('nce. And a sec');
  expect(speech.next(list.nodes, false)).toBe('One sentence.');
  expect(speech.next(list.nodes, false)).toBe('');
  grow('ond');
  list.apply({ keep: 1, grow: null, changed: [p('Next')] });
  expect(speech.next(list.nodes, false)).toBe('And a second');
  expect(speech.next(list.nodes, true)).toBe('Next');
});

test('code is named, not read', () => {
  const list = new BlockList([
    { type: 'code', language: { name: 'Rust', info: 'rust' }, lines: ['let a = 1. ;'], closed: false },
  ]);
  const speech = new Speech();
  expect(speech.next(list.nodes, false)).toBe('');
  expect(speech.next(list.nodes, true)).toBe('A code block in Rust.');
});
