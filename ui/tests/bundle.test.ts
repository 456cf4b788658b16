import { expect, test } from 'vitest';

import { forbidden, forbiddenIn } from '../build/no-html-strings.ts';

test.each([
  ['a=t.createPolicy("x",{})', 'createPolicy'],
  ['e.innerHTML=x', 'an assignment to innerHTML'],
  ['e.outerHTML = x', 'an assignment to outerHTML'],
  ['e.insertAdjacentHTML("afterend",x)', 'insertAdjacentHTML'],
  ['document.write(x)', 'document.write'],
  ['eval (x)', 'eval'],
  ['new Function("a")', 'eval'],
  ['e.setAttribute("style",x)', 'setAttribute("style")'],
  ['window.localStorage.x', 'web storage'],
  ['new Worker(u)', 'a worker'],
])('the build refuses %s', (code, name) => {
  expect(forbiddenIn(code)).toEqual([name]);
});

test('reading is not assigning, and every rule has its case above', () => {
  expect(forbiddenIn('e.innerHTML===x;medieval(x)')).toEqual([]);
  expect(forbidden).toHaveLength(9);
});
