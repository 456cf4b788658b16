import type { ConversationItem } from '../bindings/index.ts';
import { daysBetween, type Format } from '../words/format.ts';
import { words } from '../words/words.ts';

export interface Group {
  label: string;
  items: ConversationItem[];
}

/** Conversations, latest first, under the days and months that people look for them by. */
export function groupByDay(items: readonly ConversationItem[], now: number, format: Format): Group[] {
  const groups: Group[] = [];
  for (const item of items) {
    const label = labelOf(item.updatedAt, now, format);
    const last = groups.at(-1);
    if (last?.label === label) last.items.push(item);
    else groups.push({ label, items: [item] });
  }
  return groups;
}

function labelOf(at: number, now: number, format: Format): string {
  const days = daysBetween(at, now);
  // What is from the future by a wrong clock is from today.
  if (days <= 0) return words.sidebar.today;
  if (days === 1) return words.sidebar.yesterday;
  if (days <= 7) return words.sidebar.lastWeek;
  return format.month(at, now);
}
