import type { KeyCard, KeyState, Platform, ProviderCard, StoreState } from '../bindings/index.ts';
import type { Phrase } from '../words/phrase.ts';
import { words } from '../words/words.ts';

export interface KeySituation {
  provider: ProviderCard;
  /** One of its keys; null if it has none. */
  key: KeyCard | null;
  /** The state of the key. */
  state: KeyState | null;
  /** Whether the key is bound to an address that the provider no longer has. */
  moved: boolean;
  store: StoreState | null;
  platform: Platform;
}

/** Why a key can't be used, and what that means; null if it can, or if there is none. */
export function whyOf({ provider, key, state, moved, store, platform }: KeySituation): Phrase | null {
  const text = words.settings.keys;
  const storeWord = words.store[platform];
  if (provider.orphan) return text.orphanText;
  if (moved && key && state !== 'gone') return text.moved(key.origin);
  if (state === null || state === 'ready') return null;
  if (key?.keptIn === 'sealed') return text.whySealed[state](provider.name);
  if (state === 'gone') return text.why.gone(provider.host);
  if (state === 'locked') {
    return text.why.locked(provider.name, storeWord, store?.type === 'locked' ? store.collection : null);
  }
  return text.why[state](provider.name, storeWord);
}
