import type { Attachment } from 'svelte/attachments';

const FOCUSABLE = 'a[href], button:not(:disabled), input:not(:disabled), textarea:not(:disabled), [tabindex="0"]';

/**
 * Keeps the focus within an element while it is there, and gives it back to whoever had it. It begins at what has
 * `data-focus-first`, else at what comes first.
 */
export const trapFocus: Attachment<HTMLElement> = (element) => {
  const before = document.activeElement;
  const inside = () => [...element.querySelectorAll<HTMLElement>(FOCUSABLE)].filter((one) => one.tabIndex >= 0);
  (inside().find((one) => 'focusFirst' in one.dataset) ?? inside()[0])?.focus();

  const onkeydown = (event: KeyboardEvent) => {
    if (event.key !== 'Tab') return;
    const all = inside();
    const edge = event.shiftKey ? all[0] : all.at(-1);
    if (document.activeElement !== edge) return;
    event.preventDefault();
    (event.shiftKey ? all.at(-1) : all[0])?.focus();
  };
  element.addEventListener('keydown', onkeydown);
  return () => {
    element.removeEventListener('keydown', onkeydown);
    // Once what was behind the sheet can be reached again.
    queueMicrotask(() => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    });
  };
};
