import type { KeyState } from '../bindings/index.ts';
import type { IconName } from '../components/icons.ts';

/** What a row offers first. */
export type KeyAction = 'verify' | 'unlock' | 'look' | 'paste';

export interface KeyLook {
  look: 'ready' | 'waits' | 'gone';
  icon: IconName;
  action: KeyAction;
}

/** How each state of a key looks and what it offers. Amber waits, red is for the person to mend. */
export const keyLooks: Record<KeyState, KeyLook> = {
  ready: { look: 'ready', icon: 'check', action: 'verify' },
  locked: { look: 'waits', icon: 'lock', action: 'unlock' },
  dismissed: { look: 'waits', icon: 'lock', action: 'unlock' },
  storeTimedOut: { look: 'waits', icon: 'lock', action: 'unlock' },
  storeAbsent: { look: 'waits', icon: 'warning', action: 'look' },
  storeFailed: { look: 'gone', icon: 'warning', action: 'look' },
  gone: { look: 'gone', icon: 'warning', action: 'paste' },
};
