import type { KeyCard, ProviderCard } from '../bindings/index.ts';

/** Where what came of an action on a key is noted; without a key, on its provider. */
export function rowOf(provider: ProviderCard, key: KeyCard | null): string {
  return key ? `${provider.id}/${key.slot}` : provider.id;
}

/** Whether a key is bound to where its provider was before the address was changed. */
export function isMoved(provider: ProviderCard, key: KeyCard | null): boolean {
  return key !== null && provider.own && originOf(provider.baseUrl) !== key.origin;
}

function originOf(url: string): string {
  try {
    return new URL(url).origin;
  } catch {
    return '';
  }
}
