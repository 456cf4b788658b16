import type { BudgetUse, CapUse } from '../bindings/index.ts';
import { amount, next, renews, unitOf, type Unit } from '../words/amounts.ts';
import type { Format } from '../words/format.ts';
import { words } from '../words/words.ts';

/** Below the bar: how much is used, when that matters. */
export interface Note {
  look: 'plain' | 'warn' | 'danger';
  text: string;
}

/** From which share on a limit is said to be near. */
const NEAR = 0.8;

/** How much of a limit is used, from 0 to 1 and more; of a limit of 0 all. */
export function share(used: number, limit: number): number {
  return limit > 0 ? used / limit : 1;
}

export function level(used: number, limit: number): 'plain' | 'near' | 'full' {
  const part = share(used, limit);
  if (part >= 1) return 'full';
  return part >= NEAR ? 'near' : 'plain';
}

export function notesOfCap(cap: CapUse, unit: Unit, now: number, format: Format): Note[] {
  return notes(cap.used, cap.limit, unit, next(cap.renewsAt, now, format), format, words.limits.nearCap);
}

export function notesOfBudget(budget: BudgetUse, now: number, format: Format): Note[] {
  const text = words.limits;
  const { limit, unpricedTurns } = budget;
  const missing: Note[] =
    unpricedTurns > 0 ? [{ look: 'plain', text: text.unpriced(unpricedTurns, format.number(unpricedTurns)) }] : [];
  if (budget.unreadable) return [{ look: 'danger', text: text.unreadable }, ...missing];
  if (limit === null) return missing;
  return [
    ...notes(budget.used, limit, unitOf(budget.measure), renews(budget, now, format), format, text.near),
    ...missing,
  ];
}

function notes(
  value: number,
  limit: number,
  unit: Unit,
  when: string,
  format: Format,
  near: (percent: string, when: string) => string,
): Note[] {
  const text = words.limits;
  if (limit === 0) return [{ look: 'danger', text: text.zero }];
  switch (level(value, limit)) {
    case 'full':
      return [{ look: 'danger', text: text.full(amount(limit, unit, format), when) }];
    case 'near':
      return [{ look: 'warn', text: near(format.percent(share(value, limit)), when) }];
    case 'plain':
      return [];
  }
}
