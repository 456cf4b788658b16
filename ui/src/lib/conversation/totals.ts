import type { Totals, TurnEvent } from '../bindings/index.ts';
import type { Answer } from './messages.svelte.ts';

/** What a conversation without answers took. */
export const NO_TOTALS: Totals = { inputTokens: 0, outputTokens: 0, cost: 0, uncounted: 0, unpriced: 0 };

/** The totals without an answer that has ended and goes on now: with its end it counts as a whole. */
export function minus(totals: Totals, answer: Answer): Totals {
  const { inputTokens, outputTokens, cost } = answer.usage;
  return {
    inputTokens: totals.inputTokens - (inputTokens ?? 0),
    outputTokens: totals.outputTokens - (outputTokens ?? 0),
    cost: totals.cost - (cost ?? 0),
    uncounted: totals.uncounted - (inputTokens === null || outputTokens === null ? 1 : 0),
    unpriced: totals.unpriced - (cost === null ? 1 : 0),
  };
}

/** The totals with an answer that ended as `last` says. One that failed before it began took nothing. */
export function plus(totals: Totals, answer: Answer, last: TurnEvent): Totals {
  const { inputTokens, outputTokens, cost } = answer.usage;
  if (last.type === 'failed' && !answer.hasText && outputTokens === null) return totals;
  return {
    inputTokens: totals.inputTokens + (inputTokens ?? 0),
    outputTokens: totals.outputTokens + (outputTokens ?? 0),
    cost: totals.cost + (cost ?? 0),
    uncounted: totals.uncounted + (inputTokens === null || outputTokens === null ? 1 : 0),
    unpriced: totals.unpriced + (cost === null ? 1 : 0),
  };
}
