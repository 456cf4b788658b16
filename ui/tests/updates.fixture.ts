import type { Update, UpdateFault, UpdateFaultKind, Updates, UpdateState } from '../src/lib/bindings/index.ts';

export const update: Update = {
  version: '0.6.0',
  size: 11_200_000,
  date: '2026-11-21',
  notes: 'What is new',
};

export const fault = (kind: UpdateFaultKind, more: Partial<UpdateFault> = {}): UpdateFault => ({
  kind,
  host: null,
  status: null,
  found: null,
  byHand: null,
  ...more,
});

export const updates = (state: UpdateState, more: Partial<Updates> = {}): Updates => ({
  version: '0.5.2',
  state,
  automatic: true,
  checkedAt: null,
  putOff: null,
  ...more,
});
