import { expect, test } from 'vitest';

import type { MessageView, TurnEvent } from '../src/lib/bindings/index.ts';
import { Answer, UNKNOWN_USAGE } from '../src/lib/conversation/messages.svelte.ts';
import { totalFacts, usageFacts } from '../src/lib/conversation/numbers.ts';
import { NO_TOTALS, plus } from '../src/lib/conversation/totals.ts';
import { Format } from '../src/lib/words/format.ts';

const format = new Format('en-US');

function answer(): Answer {
  const view: MessageView & { body: { role: 'assistant' } } = {
    id: 'a',
    createdAt: 0,
    state: { type: 'streaming' },
    body: {
      role: 'assistant',
      blocks: [],
      reasoning: '',
      toolCalls: [],
      citations: [],
      model: { model: { provider: 'p', model: 'm' }, name: 'M', demo: false },
      usage: UNKNOWN_USAGE,
      leftOut: 0,
    },
  };
  return new Answer(view);
}

test('what was not reported is unknown, and never 0', () => {
  expect(usageFacts(UNKNOWN_USAGE, format)).toEqual(['tokens unknown']);
  expect(usageFacts({ ...UNKNOWN_USAGE, outputTokens: 0 }, format)).toEqual(['unknown in', '0 out', 'cost unknown']);
});

test('an answer tells what it took, with the parts that it was told of', () => {
  const usage = { inputTokens: 1204, outputTokens: 380, reasoningTokens: 210, cachedTokens: 1000, cost: 21_300 };
  expect(usageFacts(usage, format)).toEqual(['1,204 in (1,000 cached)', '380 out (210 reasoning)', '$0.02']);
});

test('a chat says what is missing from its sums', () => {
  const known = { ...NO_TOTALS, inputTokens: 3000, outputTokens: 912, cost: 20_000 };
  expect(totalFacts(NO_TOTALS, format)).toEqual([]);
  expect(totalFacts(known, format)).toEqual(['3,912 tokens', '$0.02']);
  expect(totalFacts({ ...known, uncounted: 1, unpriced: 2 }, format)).toEqual([
    'at least 3,912 tokens',
    'at least $0.02',
  ]);
  expect(totalFacts({ ...known, cost: 0, unpriced: 1 }, format)).toEqual(['3,912 tokens', 'cost unknown']);
});

test('an answer that ends is added to its chat, unless it failed before it began', () => {
  const error = { code: 'rate_limited' as const, host: null, subject: null, status: 429 };
  const failed: TurnEvent = {
    type: 'failed',
    error: { ...error, retryAfterSeconds: null, limit: null, detail: null },
  };
  const one = answer();
  expect(plus(NO_TOTALS, one, failed)).toEqual(NO_TOTALS);
  expect(plus(NO_TOTALS, one, { type: 'cancelled' })).toEqual({ ...NO_TOTALS, uncounted: 1, unpriced: 1 });
  one.apply({ type: 'usage', usage: { ...UNKNOWN_USAGE, inputTokens: 3, outputTokens: 4, cost: 5 } });
  expect(plus(NO_TOTALS, one, { type: 'cancelled' })).toEqual({
    inputTokens: 3,
    outputTokens: 4,
    cost: 5,
    uncounted: 0,
    unpriced: 0,
  });
});

test('calls grow piece by piece, and a snapshot begins them anew', () => {
  const one = answer();
  const pieces: TurnEvent[] = [
    { type: 'toolCall', index: 0, name: 'look', arguments: '{"a"' },
    { type: 'toolCall', index: 1, name: '', arguments: '' },
    { type: 'toolCall', index: 0, name: null, arguments: ':1}' },
    { type: 'citations', citations: [{ url: null, host: null, title: 'T', quote: null }] },
  ];
  for (const piece of pieces) one.apply(piece);
  expect(one.calls).toEqual([
    { name: 'look', arguments: '{"a":1}' },
    { name: '', arguments: '' },
  ]);
  expect(one.begun).toBe(true);
  expect(one.hasText).toBe(false);
  one.apply({ type: 'snapshot', answer: 'a', blocks: [], reasoning: '' });
  expect([one.calls, one.citations]).toEqual([[], []]);
});
