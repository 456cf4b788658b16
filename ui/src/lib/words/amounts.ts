import type { BudgetUse, Measure } from '../bindings/index.ts';
import { daysBetween, type Format } from './format.ts';
import { words } from './words.ts';

/** What a limit is measured in. */
export type Unit = 'turns' | 'tokens' | 'requests' | 'dollars';

export const unitOf = (measure: Measure): Unit => (measure === 'cost' ? 'dollars' : measure);

/** "412,300", "$7.42". */
export function used(value: number, unit: Unit, format: Format): string {
  return unit === 'dollars' ? format.money(value) : format.count(value);
}

/** "500,000", "$20". */
export function limitText(value: number, unit: Unit, format: Format): string {
  return unit === 'dollars' ? format.sum(value) : format.count(value);
}

/** "500,000 tokens", "$20". */
export function amount(value: number, unit: Unit, format: Format): string {
  return unit === 'dollars' ? format.sum(value) : words.limits.units[unit](value, format.number(value));
}

/** When a budget begins anew, in words. */
export function renews(
  { period, renewsAt }: Pick<BudgetUse, 'period' | 'renewsAt'>,
  now: number,
  format: Format,
): string {
  return period === 'day' ? words.limits.midnight : words.limits.on(format.date(renewsAt, now));
}

/** When the next of a cap is there, in words. */
export function next(at: number | null, now: number, format: Format): string {
  const text = words.limits;
  if (at === null) return text.later;
  return daysBetween(now, at) === 0 ? text.at(format.time(at)) : text.onAt(format.date(at, now), format.time(at));
}
