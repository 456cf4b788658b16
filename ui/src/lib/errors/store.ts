import { commandError } from '../backend/backend.ts';
import type { CommandError, ErrorCode, StoreState } from '../bindings/index.ts';

/** The error that a state of the credential store amounts to; null if the store can be used. */
export function storeError(state: StoreState, storeName: string): CommandError | null {
  const code = codeOf(state);
  if (code === null) return null;
  return commandError(code, { subject: storeName, detail: state.type === 'failed' ? state.detail : null });
}

function codeOf(state: StoreState): ErrorCode | null {
  switch (state.type) {
    case 'ready':
    case 'new':
      return null;
    case 'locked':
      return 'store_locked';
    case 'dismissed':
      return 'store_dismissed';
    case 'absent':
      return 'store_absent';
    case 'timedOut':
      return 'store_timed_out';
    case 'failed':
      return 'store_failed';
  }
}
