import { parse, type AST } from 'svelte/compiler';
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** Attributes that a person reads or hears. */
const SPOKEN = new Set([
  'aria-label',
  'aria-description',
  'aria-placeholder',
  'alt',
  'label',
  'placeholder',
  'text',
  'title',
]);
const LETTERS = /\p{L}/u;

/** Text in a component that is not from the catalogue. */
function strayText(source: string): string[] {
  const found: string[] = [];
  const visit = (node: unknown, attribute: string | null): void => {
    if (Array.isArray(node)) {
      for (const one of node) visit(one, attribute);
      return;
    }
    if (typeof node !== 'object' || node === null) return;
    const { type } = node as { type?: string };
    // What is compared or styled is not read.
    if (type === 'BinaryExpression' || type === 'StyleDirective') return;
    if (type === 'Text') {
      const text = (node as AST.Text).data;
      if ((attribute === null || SPOKEN.has(attribute)) && LETTERS.test(text)) found.push(text.trim());
      return;
    }
    if (type === 'Literal' && attribute !== null && SPOKEN.has(attribute)) {
      const { value } = node as { value?: unknown };
      if (typeof value === 'string' && LETTERS.test(value)) found.push(value);
    }
    const within = type === 'Attribute' ? (node as AST.Attribute).name : attribute;
    for (const [key, child] of Object.entries(node)) {
      if (key !== 'parent') visit(child, within);
    }
  };
  visit(parse(source, { modern: true }).fragment, null);
  return found;
}

test('text in a component is found', () => {
  expect(strayText('<p>Hello</p>')).toEqual(['Hello']);
  expect(strayText('<button aria-label="Close" class="x">{label}</button>')).toEqual(['Close']);
  expect(strayText(`<p title={on ? 'Yes' : ''}>{name}, {1}</p>`)).toEqual(['Yes']);
  expect(strayText('{#if a}<b class="hello">·</b>{/if}')).toEqual([]);
});

const components = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.svelte'));

test.each(components)('%s takes its words from the catalogue', (file) => {
  expect(strayText(readFileSync(`src/${file}`, 'utf8'))).toEqual([]);
});
