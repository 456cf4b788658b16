import type { Appearance } from '../bindings/index.ts';

/** Puts light or dark and the size of the reading text on the document. */
export function applyAppearance(appearance: Appearance, root: HTMLElement = document.documentElement): void {
  if (appearance.theme === 'system') delete root.dataset.theme;
  else root.dataset.theme = appearance.theme;
  root.style.setProperty('--size-reading', `${appearance.textSize / 16}rem`);
}
