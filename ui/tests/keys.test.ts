import { expect, test } from 'vitest';

import { sends, shortcut } from '../src/lib/conversation/keys.ts';
import { step } from '../src/lib/components/menu.ts';

const key = (key: string, more: KeyboardEventInit = {}) => new KeyboardEvent('keydown', { key, ...more });

test('Enter sends, Shift Enter does not', () => {
  expect(sends(key('Enter'))).toBe(true);
  expect(sends(key('Enter', { shiftKey: true }))).toBe(false);
  expect(sends(key('a'))).toBe(false);
});

test('Enter while an input method composes belongs to it', () => {
  expect(sends(key('Enter', { isComposing: true }))).toBe(false);
  // WebKit ends the composition before it tells of the key, and marks it with 229.
  expect(sends(key('Enter', { keyCode: 229 }))).toBe(false);
});

test('shortcuts take Ctrl, and Cmd on macOS', () => {
  expect(shortcut(key('n', { ctrlKey: true }), false)).toEqual({ type: 'new' });
  expect(shortcut(key('n', { ctrlKey: true }), true)).toBeNull();
  expect(shortcut(key('n', { metaKey: true }), true)).toEqual({ type: 'new' });
  expect(shortcut(key(',', { ctrlKey: true }), false)).toEqual({ type: 'settings' });
  expect(shortcut(key('m', { ctrlKey: true }), false)).toEqual({ type: 'model' });
  expect(shortcut(key('3', { ctrlKey: true }), false)).toEqual({ type: 'chat', index: 2 });
  expect(shortcut(key('0', { ctrlKey: true }), false)).toBeNull();
  expect(shortcut(key('n', { ctrlKey: true, altKey: true }), false)).toBeNull();
  expect(shortcut(key('n'), false)).toBeNull();
});

test('arrows go round a list', () => {
  expect(step('ArrowDown', 2, 3)).toBe(0);
  expect(step('ArrowUp', 0, 3)).toBe(2);
  expect(step('End', 0, 3)).toBe(2);
  expect(step('ArrowDown', 0, 0)).toBeNull();
  expect(step('x', 0, 3)).toBeNull();
});
