import type { Platform } from '../bindings/index.ts';
import { words } from './words.ts';

const DAY = 24 * 60 * 60 * 1000;

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
    this.#time = dates({ hour: '2-digit', minute: '2-digit' });
    this.#date = dates({ day: 'numeric', month: 'long' });
    this.#dateWithYear = dates({ day: 'numeric', month: 'long', year: 'numeric' });
    this.#month = dates({ month: 'long' });
    this.#monthWithYear = dates({ month: 'long', year: 'numeric' });
  }

  number(value: number): string {
    return this.#number.format(value);
  }

  /** The time of day: "14:02". */
  time(at: number): string {
    return this.#time.format(at);
  }

  /** "3 November", and the year if it is not this one. */
  date(at: number, now: number): string {
    return this.#sameYear(at, now) ? this.#date.format(at) : this.#dateWithYear.format(at);
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

  #sameYear(at: number, now: number): boolean {
    return new Date(at).getFullYear() === new Date(now).getFullYear();
  }
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
