import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const css = readFileSync('src/styles/tokens.css', 'utf8');

/** The declarations of the block that begins with a selector. */
function block(selector: string): string[] {
  const start = css.indexOf(`${selector} {`);
  expect(start, selector).toBeGreaterThan(-1);
  const open = css.indexOf('{', start);
  return css
    .slice(open + 1, css.indexOf('}', open))
    .replace(/\/\*.*?\*\//gs, '')
    .split(';')
    .map((declaration) => declaration.trim())
    .filter(Boolean);
}

test('dark by hand is the same as dark by the system', () => {
  const bySystem = block(':root:not([data-theme="light"])');
  expect(bySystem.length).toBeGreaterThan(40);
  expect(block('[data-theme="dark"]')).toEqual(bySystem);
});

test('light and dark name the same colours', () => {
  const names = (declarations: string[]) => declarations.map((one) => one.split(':')[0]);
  expect(names(block('[data-theme="dark"]'))).toEqual(names(block(':root, [data-theme="light"]')));
});
