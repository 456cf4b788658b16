import { expect, test } from 'vitest';

import { commandError } from '../src/lib/backend/backend.ts';
import { pending, type Script } from '../src/lib/backend/fake.ts';
import type { BudgetUse, LimitsState } from '../src/lib/bindings/index.ts';
import { Format } from '../src/lib/words/format.ts';
import { button, field, key, openSettings, page, press, settingsState, settle, type } from './settings.fixture.ts';

const MIDNIGHT = new Date(2026, 10, 26).getTime();
const DECEMBER = new Date(new Date().getFullYear() + 1, 11, 1).getTime();

const budget = (more: Partial<BudgetUse> = {}): BudgetUse => ({
  provider: null,
  period: 'month',
  measure: 'cost',
  limit: null,
  unreadable: false,
  used: 0,
  renewsAt: more.period === 'day' ? MIDNIGHT : DECEMBER,
  unpricedTurns: 0,
  ...more,
});

const state = (more: Partial<LimitsState> = {}): LimitsState => ({
  cap: [
    { kind: 'turnsPerHour', limit: 60, most: 1000, used: 12, renewsAt: Date.now() },
    { kind: 'outputTokensPerDay', limit: 500_000, most: 10_000_000, used: 0, renewsAt: null },
  ],
  answerTokens: null,
  answerUnreadable: false,
  budgets: [budget(), budget({ period: 'day', measure: 'requests' })],
  providers: [
    { id: 'groq', name: 'Groq' },
    { id: 'own', name: 'Workshop' },
  ],
  prices: [],
  ...more,
});

async function limits(shown: LimitsState | (() => LimitsState), script: Script = {}) {
  const opened = await openSettings(settingsState(), {
    limits_state: () => (typeof shown === 'function' ? shown() : shown),
    ...script,
  });
  await opened.tell({ type: 'page', page: 'limits' });
  return opened;
}

const row = (name: string): HTMLElement => {
  const found = document.querySelector<HTMLElement>(`[role=group][aria-label="${name}"]`);
  if (!found) throw new Error(`no row is called ${name}`);
  return found;
};
const text = (name: string) => (row(name).textContent ?? '').replace(/\s+/g, ' ').trim();
const bar = (name: string) => row(name).querySelector<HTMLElement>('[role=meter]');

test('the cap that is always on stands first, cannot be removed, and shows what is used', async () => {
  await limits(state());
  const rows = [...document.querySelectorAll('[role=group][aria-label]')].map((one) => one.getAttribute('aria-label'));
  expect(rows.slice(0, 3)).toEqual(['Turns per hour', 'Output tokens per day', 'Cost per month']);
  expect(text('Turns per hour')).toContain('12 of 60');
  expect(bar('Turns per hour')?.getAttribute('aria-valuetext')).toBe('12 of 60 used');
  expect(bar('Turns per hour')?.querySelector<HTMLElement>('div')?.style.width).toBe('20%');
  await press(button('Change: Turns per hour'));
  expect(row('Turns per hour').textContent).not.toContain('Remove limit');
});

test('a limit is near from four fifths on, and reached at its whole; each says so in a sentence', async () => {
  const uses = [
    [79, ''],
    [80, 'The limit is near'],
    [99.9, 'The limit is near'],
    [100, 'The limit is reached'],
    [130, 'The limit is reached'],
  ] as const;
  for (const [used, what] of uses) {
    await limits(state({ budgets: [budget({ limit: 100, used })] }));
    const said = text('Cost per month');
    expect(said.includes('% used. It begins anew on 1 December'), `${used}`).toBe(false);
    expect(/\d+% used\. It begins anew on December 1, \d+\./.test(said), `${used} ${said}`).toBe(
      what === 'The limit is near',
    );
    expect(said.includes('Reached: $100.'), `${used} ${said}`).toBe(what === 'The limit is reached');
    expect(said.includes('100% used'), `${used}`).toBe(false);
    expect(said.includes('Raise'), `${used}`).toBe(what === 'The limit is reached');
    const width = bar('Cost per month')?.querySelector<HTMLElement>('div')?.style.width;
    expect(width).toBe(`${Math.min(used, 100)}%`);
  }
});

test('a limit of nothing and one that can’t be read say that nothing is sent', async () => {
  await limits(
    state({
      budgets: [budget({ limit: 0 }), budget({ period: 'day', measure: 'requests', limit: 0, unreadable: true })],
      answerUnreadable: true,
    }),
  );
  expect(text('Cost per month')).toContain('A limit of 0: nothing is sent.');
  expect(text('Requests per day')).toContain('can’t be read. Nothing is sent until you set it anew.');
  expect(page().match(/can’t be read/g)).toHaveLength(2);
});

test('turns without a price are told of beside the cost', async () => {
  await limits(state({ budgets: [budget({ used: 0.0042, unpricedTurns: 1 })] }));
  expect(text('Cost per month')).toContain('$0.0042');
  expect(text('Cost per month')).toContain('1 turn is not in it: the price is unknown.');
});

test('a limit is set in its row, by keyboard, and the row shows what the app then says', async () => {
  let limit: number | null = null;
  const { backend } = await limits(() => state({ budgets: [budget({ limit, used: 7.42 })] }), {
    set_budget: ({ value }) => {
      limit = value;
      return true;
    },
  });
  expect(text('Cost per month')).toContain('$7.42 no limit');
  await press(button('Set: Cost per month'));
  expect(document.activeElement).toBe(field('Cost per month, new limit'));
  await type(field('Cost per month, new limit'), ' $12.50 ');
  field('Cost per month, new limit').form?.requestSubmit();
  await settle();
  expect(backend.requests('set_budget')).toEqual([{ provider: null, period: 'month', measure: 'cost', value: 12.5 }]);
  expect(text('Cost per month')).toContain('$7.42 of $12.50');
  expect(document.activeElement).toBe(button('Change: Cost per month'));
  expect(document.querySelector('[role=status]')?.textContent).toBe('Cost per month: saved.');
});

test('raising says that a dialog opens; no there changes nothing, and is said', async () => {
  const answer = pending<boolean>();
  const { backend } = await limits(state(), { set_cap: () => answer.promise });
  await press(button('Change: Turns per hour'));
  await type(field('Turns per hour, new limit'), '600');
  await press(button('Save'));
  expect(text('Turns per hour')).toContain('Confirm in the dialog that opens.');
  expect(button('Save').disabled).toBe(true);
  await press(button('Save'));
  await key('Escape');
  expect(backend.requests('set_cap')).toEqual([{ kind: 'turnsPerHour', value: 600 }]);
  answer.resolve(false);
  await settle();
  expect(text('Turns per hour')).toContain('Nothing was changed.');
  expect(text('Turns per hour')).toContain('12 of 60');
  expect(document.activeElement).toBe(button('Change: Turns per hour'));
});

test('what is no number is told where it was typed, and does not leave the window', async () => {
  const { backend } = await limits(state());
  await press(button('Set: Requests per day'));
  for (const [typed, said] of [
    ['', 'Write a number, such as 20.'],
    ['many', 'Write a number, such as 20.'],
    ['12,50', 'Write a number, such as 20.'],
    ['1e18', 'Write a number, such as 20.'],
    ['2.5', 'Write a whole number.'],
  ] as const) {
    await type(field('Requests per day, new limit'), typed);
    await press(button('Save'));
    expect(document.querySelector('[role=alert]')?.textContent, typed).toBe(said);
    expect(field('Requests per day, new limit').getAttribute('aria-invalid')).toBe('true');
  }
  expect(backend.requests('set_budget')).toEqual([]);
  await key('Escape');
  expect(text('Requests per day')).not.toContain('Write');
});

test('what the app refuses is said in words, and what was typed stays', async () => {
  await limits(state(), {
    set_budget: () => {
      throw commandError('limit_too_large');
    },
  });
  await press(button('Set: Requests per day'));
  await type(field('Requests per day, new limit'), '1000000000000000000');
  await press(button('Save'));
  expect(document.querySelector('[role=alert]')?.textContent).toContain('This is more than a limit can be.');
  expect(field('Requests per day, new limit').value).toBe('1000000000000000000');
});

test('a limit is removed, and a cap never', async () => {
  const { backend } = await limits(state({ budgets: [budget({ limit: 5 })], answerTokens: 8192 }), {
    set_budget: () => true,
    set_answer_limit: () => true,
  });
  await press(button('Change: Cost per month'));
  await press(button('Remove limit'));
  expect(backend.requests('set_budget')).toMatchObject([{ value: null }]);
  const answer = 'Longest answer, Sent with every request, so that no answer runs on for ever.';
  expect(text(answer)).toContain('8,192 tokens');
  await press(button(`Change: ${answer}`));
  await press(button('Remove limit'));
  expect(backend.requests('set_answer_limit')).toEqual([{ tokens: null }]);
});

test('a provider gets a limit of its own; without one the page says what for', async () => {
  const { backend } = await limits(state(), { set_budget: () => true });
  expect(page()).toContain('No provider has a limit of its own.');
  await press(button('Set a limit for a provider'));
  const provider = document.querySelector('select');
  if (!provider) throw new Error('no choice of providers');
  provider.value = 'own';
  provider.dispatchEvent(new Event('change', { bubbles: true }));
  await settle();
  await press(button('Tokens'));
  await press(button('Per day'));
  await type(field('Workshop, Tokens per day, new limit'), '40,000');
  await press(button('Save'));
  expect(backend.requests('set_budget')).toEqual([
    { provider: 'own', period: 'day', measure: 'tokens', value: 40_000 },
  ]);
  await limits(state({ providers: [] }));
  expect(page()).toContain('No provider is set up yet.');
  expect(page()).not.toContain('Set a limit for a provider');
});

test('a price says where it is from, an unknown one that it is, and both are set', async () => {
  const { backend } = await limits(
    state({
      prices: [
        {
          provider: 'openai',
          providerName: 'OpenAI',
          model: 'known',
          input: 0.25,
          output: 2,
          source: { type: 'catalogue', date: '2020-03-02' },
        },
        {
          provider: 'own',
          providerName: 'Workshop',
          model: 'odd',
          input: null,
          output: null,
          source: { type: 'unknown' },
        },
        { provider: 'own', providerName: 'Workshop', model: 'mine', input: 1, output: 3, source: { type: 'own' } },
      ],
    }),
    { set_price: () => true },
  );
  expect(text('known')).toContain('$0.25 in, $2 out');
  expect(text('known')).toContain('from the catalogue, March 2, 2020');
  expect(text('odd')).toContain('price unknown');
  expect(text('odd')).toContain('set one so that its turns count in cost');
  await press(button('Set price: odd'));
  await type(field('Price of what odd reads, in dollars per million tokens'), '0.075');
  await type(field('Price of what odd writes, in dollars per million tokens'), '0.3');
  await press(button('Save'));
  await press(button('Change: mine'));
  await press(button('Forget my price'));
  expect(backend.requests('set_price')).toEqual([
    { provider: 'own', model: 'odd', price: { input: 0.075, output: 0.3 } },
    { provider: 'own', model: 'mine', price: null },
  ]);
});

test('a state that can’t be had is an error with a way on', async () => {
  let fails = true;
  await limits(state(), {
    limits_state: () => {
      if (fails) throw commandError('database_failed', { detail: 'no ledger' });
      return state();
    },
  });
  expect(page()).toContain('no ledger');
  fails = false;
  await press(button('Retry'));
  expect(page()).not.toContain('no ledger');
  expect(text('Turns per hour')).toContain('12 of 60');
});

test('numbers are read as the system writes them', () => {
  const read = (locale: string, typed: string) => new Format(locale).read(typed);
  expect(read('en', '1,234,567.5')).toBe(1_234_567.5);
  expect(read('en', '$20')).toBe(20);
  expect(read('en', '-3')).toBe(-3);
  expect(read('en', '1 000')).toBeNull();
  expect(read('de', '1.234,5')).toBe(1234.5);
  expect(read('de', '12.5')).toBeNull();
  expect(read('fr', '1 234,5 $')).toBe(1234.5);
  for (const typed of ['', '.', ',', '1,2', '1.2.3', '0x10', '1e3', 'NaN', 'Infinity', '٣a', '1.']) {
    expect(read('en', typed), typed).toBeNull();
  }
  for (const locale of ['en', 'de', 'fr', 'ar-EG', 'hi', 'sv']) {
    const format = new Format(locale);
    for (const value of [0, 7, 0.000001, 12.5, 999_999_999]) {
      expect(format.read(format.typed(value)), `${locale} ${value}`).toBe(value);
    }
  }
});

test('money is written to the cent, and to what is left of it below', () => {
  const format = new Format('en');
  const shown = [0, 0.0000042, 0.004, 0.05, 7.4, 20, 1234.5].map((value) => format.money(value));
  expect(shown).toEqual(['$0', '$0.0000042', '$0.004', '$0.05', '$7.40', '$20', '$1,234.50']);
  expect([0.075, 2, 0.3].map((value) => format.sum(value))).toEqual(['$0.075', '$2', '$0.30']);
  expect([999, 412_300, 1_250_000].map((value) => format.count(value))).toEqual(['999', '412,300', '1.25M']);
  expect(format.percent(0.999)).toBe('99%');
});
