/** What Enter means in the composer. While an input method composes, Enter belongs to it: WebKit says so with key code 229. */
export function sends(event: Pick<KeyboardEvent, 'key' | 'shiftKey' | 'isComposing' | 'keyCode'>): boolean {
  return event.key === 'Enter' && !event.shiftKey && !composes(event);
}

export function composes(event: Pick<KeyboardEvent, 'isComposing' | 'keyCode'>): boolean {
  return event.isComposing || event.keyCode === 229;
}

export type Shortcut = { type: 'new' } | { type: 'settings' } | { type: 'model' } | { type: 'chat'; index: number };

/** The window's shortcuts: Ctrl, or Cmd on macOS, and one key. */
export function shortcut(event: KeyboardEvent, mac: boolean): Shortcut | null {
  const mod = mac ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
  if (!mod || event.altKey || event.shiftKey || composes(event)) return null;
  switch (event.key.toLowerCase()) {
    case 'n':
      return { type: 'new' };
    case ',':
      return { type: 'settings' };
    case 'm':
      return { type: 'model' };
  }
  return /^[1-9]$/.test(event.key) ? { type: 'chat', index: Number(event.key) - 1 } : null;
}
