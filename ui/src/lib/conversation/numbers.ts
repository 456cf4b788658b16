import type { Totals, Usage } from '../bindings/index.ts';
import type { Format } from '../words/format.ts';
import { words } from '../words/words.ts';

const DOLLAR = 1_000_000;

/** What an answer took, in words: what is not known is said to be unknown, never 0. */
export function usageFacts(usage: Usage, format: Format): string[] {
  const text = words.numbers;
  const { inputTokens, outputTokens, reasoningTokens, cachedTokens, cost } = usage;
  if (inputTokens === null && outputTokens === null) return [text.unknownTokens];
  const part = (count: number | null, name: (count: string) => string) => (count ? name(format.count(count)) : null);
  const count = (value: number | null) => (value === null ? text.unknown : format.count(value));
  return [
    text.read(count(inputTokens), part(cachedTokens, text.cached)),
    text.written(count(outputTokens), part(reasoningTokens, text.reasoning)),
    cost === null ? text.unknownCost : format.money(cost / DOLLAR),
  ];
}

/** What a conversation took, in words: "3,912 tokens", "$0.02"; with a sign where some of it is not known. */
export function totalFacts(totals: Totals, format: Format): string[] {
  const text = words.numbers;
  const tokens = totals.inputTokens + totals.outputTokens;
  if (tokens === 0) return [];
  const more = (shown: string, missing: number) => (missing > 0 ? text.atLeast(shown) : shown);
  const priced = totals.cost > 0 || totals.unpriced === 0;
  return [
    more(text.tokens(format.count(tokens), tokens === 1), totals.uncounted),
    priced ? more(format.money(totals.cost / DOLLAR), totals.unpriced) : text.unknownCost,
  ];
}
