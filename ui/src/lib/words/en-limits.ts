import type { CapKind, Measure, Period } from '../bindings/index.ts';

const plural = (count: number, shown: string, one: string, many: string) => `${shown} ${count === 1 ? one : many}`;

/** Every string of the page of limits. */
export const limitsWords = {
  lead: 'Counted and enforced outside the page, like the keys. A request that would pass a limit is not sent.',
  foot: 'Lowering a limit works at once. Raising one asks in a system dialog that no page can click.',

  always: 'Always on',
  caps: { turnsPerHour: 'Turns per hour', outputTokensPerDay: 'Output tokens per day' } satisfies Record<
    CapKind,
    string
  >,
  capNote:
    'For all providers but the demo together, whoever asks: not even a broken page can spend more. An hour is any 60 minutes, a day any 24 hours.',

  all: 'All providers together',
  allNote: (month: string) => `A day begins anew at midnight, a month on ${month}.`,
  kinds: {
    cost: { day: 'Cost per day', month: 'Cost per month' },
    tokens: { day: 'Tokens per day', month: 'Tokens per month' },
    requests: { day: 'Requests per day', month: 'Requests per month' },
  } satisfies Record<Measure, Record<Period, string>>,

  each: 'Per provider',
  eachEmpty: 'No provider has a limit of its own. One keeps a costly provider small, whatever the others do.',
  eachNone: 'No provider is set up yet. The demo answers on this computer, costs nothing and has no limit.',
  add: 'Set a limit for a provider',
  newLimit: 'A limit for a provider',
  provider: 'Provider',
  measure: 'What is counted',
  measures: { cost: 'Cost', tokens: 'Tokens', requests: 'Requests' } satisfies Record<Measure, string>,
  period: 'How long',
  periods: { day: 'Per day', month: 'Per month' } satisfies Record<Period, string>,

  accidents: 'Against accidents',
  answer: 'Longest answer',
  answerText: 'Sent with every request, so that no answer runs on for ever.',
  answerOwn: 'the provider’s own',

  of: (limit: string) => `of ${limit}`,
  noLimit: 'no limit',
  used: (used: string, limit: string) => `${used} of ${limit} used`,
  near: (percent: string, when: string) => `${percent} used. It begins anew ${when}.`,
  nearCap: (percent: string, when: string) => `${percent} used. The oldest of it counts no longer ${when}.`,
  full: (limit: string, when: string) => `Reached: ${limit}. The next ${when}, or when you raise it.`,
  zero: 'A limit of 0: nothing is sent.',
  unreadable: 'What stands for it in settings.json can’t be read. Nothing is sent until you set it anew.',
  unpriced: (count: number, shown: string) =>
    `${plural(count, shown, 'turn is', 'turns are')} not in it: the price is unknown. Set it below.`,
  midnight: 'at midnight',
  on: (date: string) => `on ${date}`,
  at: (time: string) => `at ${time}`,
  onAt: (date: string, time: string) => `on ${date} at ${time}`,
  later: 'later',

  units: {
    turns: (count: number, shown: string) => plural(count, shown, 'turn', 'turns'),
    tokens: (count: number, shown: string) => plural(count, shown, 'token', 'tokens'),
    requests: (count: number, shown: string) => plural(count, shown, 'request', 'requests'),
  },
  unitNames: { turns: 'turns', tokens: 'tokens', requests: 'requests', dollars: 'dollars' },

  now: (unit: string, limit: string) => `${unit}, ${limit} until now`,

  set: 'Set',
  change: 'Change',
  raise: 'Raise',
  actionFor: (action: string, name: string) => `${action}: ${name}`,
  save: 'Save',
  cancel: 'Cancel',
  remove: 'Remove limit',
  confirm: 'Confirm in the dialog that opens.',
  declined: 'Nothing was changed.',
  saved: (name: string) => `${name}: saved.`,
  removed: (name: string) => `${name}: the limit was removed.`,
  valueOf: (name: string) => `${name}, new limit`,
  notANumber: (example: string) => `Write a number, such as ${example}.`,
  notWhole: 'Write a whole number.',

  prices: 'Prices',
  pricesNote: 'Dollars per million tokens, of what a model reads and of what it writes. Cost is counted with them.',
  pricesEmpty: 'No model was used yet. Its price will stand here, and where it comes from.',
  price: (input: string, output: string) => `${input} in, ${output} out`,
  unknownPrice: 'price unknown',
  fromCatalogue: (date: string) => `from the catalogue, ${date}`,
  ownPrice: 'set by you',
  unknownText: 'set one so that its turns count in cost',
  setPrice: 'Set price',
  priceIn: (model: string) => `Price of what ${model} reads, in dollars per million tokens`,
  priceOut: (model: string) => `Price of what ${model} writes, in dollars per million tokens`,
  inShort: 'In',
  outShort: 'Out',
  forget: 'Forget my price',
  priceSaved: (model: string) => `The price of ${model} is saved.`,
};
