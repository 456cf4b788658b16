import type { KeyState, Platform, ProviderCard, StoreState } from '../bindings/index.ts';
import type { Phrase } from '../words/phrase.ts';
import { words } from '../words/words.ts';

export interface KeySituation {
  provider: ProviderCard;
  /** The state of its key; null if it has none. */
  state: KeyState | null;
  /** Whether the key is bound to an address that the provider no longer has. */
  moved: boolean;
  store: StoreState | null;
  platform: Platform;
}

/** Why a key can't be used, and what that means; null if it can, or if there is none. */
export function whyOf({ provider, state, moved, store, platform }: KeySituation): Phrase | null {
  const text = words.settings.keys;
  const storeWord = words.store[platform];
  if (moved && provider.key && state !== 'gone') return text.moved(provider.key.origin);
  if (state === null || state === 'ready') return null;
  if (state === 'gone') return text.why.gone(provider.host);
  if (state === 'locked') {
    return text.why.locked(provider.name, storeWord, store?.type === 'locked' ? store.collection : null);
  }
  return text.why[state](provider.name, storeWord);
}
