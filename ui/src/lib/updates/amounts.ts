import type { Update, UpdateState } from '../bindings/index.ts';
import type { Format } from '../words/format.ts';
import { words } from '../words/words.ts';

type Downloading = Extract<UpdateState, { is: 'downloading' }>;

/** How much there is to fetch, by what the server says now, else by what it said of the version; null if it said neither. */
export function wholeOf({ total, update }: Downloading): number | null {
  return total ?? update.size;
}

/** "4.1 of 11 MB"; null while nobody knows how much there is. */
export function amountOf(state: Downloading, format: Format): string | null {
  const whole = wholeOf(state);
  if (whole === null || whole <= 0) return null;
  return words.updates.amount(format.partOfBytes(Math.min(state.received, whole), whole), format.bytes(whole));
}

/** "Released 21 November 2026, 11 MB.", as far as it is known. */
export function releasedAs({ date, size }: Update, format: Format): string {
  const day = date === null ? null : format.calendarDay(date);
  return words.updates.released(day, size === null ? null : format.bytes(size));
}
