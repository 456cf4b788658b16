import { daysBetween, type Format } from '../words/format.ts';
import { words } from '../words/words.ts';

const MINUTE = 60_000;

/** A day in words: "today", "yesterday", "3 November". */
export function day(at: number, now: number, format: Format): string {
  const { when } = words.settings;
  const days = daysBetween(at, now);
  if (days <= 0) return when.today;
  return days === 1 ? when.yesterday : format.date(at, now);
}

/** How long ago, in words: "4 minutes ago", "yesterday", "9 days ago", "3 November". */
export function ago(at: number, now: number, format: Format): string {
  const { when } = words.settings;
  const days = daysBetween(at, now);
  if (days > 30) return format.date(at, now);
  if (days > 1) return when.days(days, format.number(days));
  const minutes = Math.floor((now - at) / MINUTE);
  if (days === 1 && minutes >= 60) return when.yesterday;
  if (minutes < 1) return when.now;
  if (minutes < 60) return when.minutes(minutes, format.number(minutes));
  const hours = Math.floor(minutes / 60);
  return when.hours(hours, format.number(hours));
}
