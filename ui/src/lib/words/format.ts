import type { Platform } from '../bindings/index.ts';
import { words } from './words.ts';

const DAY = 24 * 60 * 60 * 1000;
const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;

/** Dates, numbers and keys, as the person's system writes them. The locale is the app's, never the web view's. */
export class Format {
  readonly #locale: string;
  readonly #number: Intl.NumberFormat;
  readonly #time: Intl.DateTimeFormat;
  readonly #date: Intl.DateTimeFormat;
  readonly #dateWithYear: Intl.DateTimeFormat;
  readonly #month: Intl.DateTimeFormat;
  readonly #monthWithYear: Intl.DateTimeFormat;

  constructor(locale: string) {
    this.#locale = usable(locale);
    this.#number = new Intl.NumberFormat(this.#locale);
    const dates = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(this.#locale, options);
    this.#time = dates({ hour: 'numeric', minute: '2-digit' });
    this.#date = dates({ day: 'numeric', month: 'long' });
    this.#dateWithYear = dates({ day: 'numeric', month: 'long', year: 'numeric' });
    this.#month = dates({ month: 'long' });
    this.#monthWithYear = dates({ month: 'long', year: 'numeric' });
  }

  number(value: number): string {
    return this.#number.format(value);
  }

  /** A number that may be long: "412,300", "1.25M". */
  count(value: number): string {
    if (value < 1_000_000) return this.number(value);
    return this.#digits({ notation: 'compact', maximumFractionDigits: 2 }).format(value);
  }

  /** "$7.42", "$20", "$0.0004": whole dollars without cents, and of less than a cent two digits. */
  money(dollars: number): string {
    const small = dollars > 0 && dollars < 0.01;
    return this.#digits({
      style: 'currency',
      currency: 'USD',
      currencyDisplay: 'narrowSymbol',
      trailingZeroDisplay: 'stripIfInteger',
      ...(small ? { maximumSignificantDigits: 2 } : { minimumFractionDigits: 2, maximumFractionDigits: 2 }),
    }).format(dollars);
  }

  /** A sum as it was set, to the last of its six decimals. */
  sum(dollars: number): string {
    return this.#digits({
      style: 'currency',
      currency: 'USD',
      currencyDisplay: 'narrowSymbol',
      trailingZeroDisplay: 'stripIfInteger',
      minimumFractionDigits: 2,
      maximumFractionDigits: 6,
    }).format(dollars);
  }

  /** "85%" of 0.85; never more than is true. */
  percent(ratio: number): string {
    return this.#digits({ style: 'percent' }).format(Math.floor(ratio * 100) / 100);
  }

  /** A number as one types it. */
  typed(value: number): string {
    return this.#digits({ useGrouping: false, maximumFractionDigits: 6 }).format(value);
  }

  /** What was typed, as a number; null if it is none. It may be grouped and have a dollar sign, as this system writes them. */
  read(text: string): number | null {
    const parts = this.#digits({}).formatToParts(1234567.5);
    const sign = (type: string, usual: string) => parts.find((part) => part.type === type)?.value ?? usual;
    const [group, decimal] = [sign('group', ','), sign('decimal', '.')].map((one) => (/\s/.test(one) ? ' ' : one));
    const digit = new Map([...this.#digits({ useGrouping: false }).format(9876543210)].reverse().map((d, n) => [d, n]));
    const plain = [...text.trim().replace(/^\$\s*|\s*\$$/g, '')]
      .map((one) => (/\s/.test(one) ? ' ' : String(digit.get(one) ?? one)))
      .join('');
    const [whole = '', fraction, ...more] = plain.split(decimal ?? '.');
    const groups = whole.split(group ?? ',');
    const grouped = groups.slice(1).every((one) => /^\d{3}$/.test(one)) && /^-?\d+$/.test(groups[0] ?? '');
    if (!grouped || more.length > 0 || (fraction !== undefined && !/^\d+$/.test(fraction))) return null;
    return Number(`${groups.join('')}.${fraction ?? '0'}`);
  }

  /** An amount of data in its largest unit: "412 bytes", "3.1 MB". */
  bytes(count: number): string {
    const step = unitStep(count);
    const shown = this.#digits({
      style: 'unit',
      unit: UNITS[step] ?? 'byte',
      unitDisplay: step === 0 ? 'long' : 'short',
      maximumFractionDigits: step === 0 ? 0 : 1,
    });
    return shown.format(count / 1000 ** step);
  }

  /** A part of an amount of data in the unit of the whole, without it: "4.1", to stand before "11 MB". */
  partOfBytes(part: number, whole: number): string {
    const step = unitStep(whole);
    // Always as many digits, so that nothing beside it moves while it grows.
    const digits = step === 0 ? 0 : 1;
    return this.#digits({ minimumFractionDigits: digits, maximumFractionDigits: digits }).format(part / 1000 ** step);
  }

  /** The time of day: "14:02". */
  time(at: number): string {
    return this.#time.format(at);
  }

  /** "3 November", and the year if it is not this one. */
  date(at: number, now: number): string {
    return this.#sameYear(at, now) ? this.#date.format(at) : this.#dateWithYear.format(at);
  }

  /** "21 November 2026" of "2026-11-21", as it stands in any time zone; null of what is no day. */
  calendarDay(text: string): string | null {
    const [, year, month, day] = (/^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? []).map(Number);
    if (year === undefined || month === undefined || day === undefined) return null;
    const date = new Date(year, month - 1, day);
    return date.getMonth() === month - 1 && date.getDate() === day ? this.#dateWithYear.format(date) : null;
  }

  /** "October", and the year if it is not this one. */
  month(at: number, now: number): string {
    return this.#sameYear(at, now) ? this.#month.format(at) : this.#monthWithYear.format(at);
  }

  /** A length of time in its largest unit: "12 s", "5 min", "2 h". */
  wait(seconds: number): string {
    const { duration } = words;
    const round = (value: number) => this.number(Math.ceil(value));
    if (seconds < 90) return duration.seconds(round(seconds));
    if (seconds < 90 * 60) return duration.minutes(round(seconds / 60));
    return duration.hours(round(seconds / 3600));
  }

  #digits(options: Intl.NumberFormatOptions): Intl.NumberFormat {
    return new Intl.NumberFormat(this.#locale, options);
  }

  #sameYear(at: number, now: number): boolean {
    return new Date(at).getFullYear() === new Date(now).getFullYear();
  }
}

/** Which unit an amount of data is told in. */
function unitStep(count: number): number {
  return count < 1000 ? 0 : Math.min(Math.floor(Math.log10(count) / 3), UNITS.length - 1);
}

/** How many calendar days lie between two times; 0 within one day, whatever the clock change. */
export function daysBetween(earlier: number, later: number): number {
  const day = (at: number) => {
    const date = new Date(at);
    return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / DAY;
  };
  return day(later) - day(earlier);
}

/** A key combination as the platform writes it: "Ctrl N", "⌘N". */
export function keys(platform: Platform, key: string): string {
  return platform === 'macos' ? `⌘${key}` : `Ctrl ${key}`;
}

function usable(locale: string): string {
  try {
    return new Intl.NumberFormat(locale).resolvedOptions().locale;
  } catch {
    return 'en';
  }
}
