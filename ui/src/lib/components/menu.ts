import type { IconName } from './icons.ts';

export interface MenuItem {
  label: string;
  icon?: IconName;
  /** The keys that do the same, as the platform writes them. */
  keys?: string;
  danger?: boolean;
  run: () => void;
}

/** The index that an arrow, Home or End leads to in a list that wraps around; null for another key. */
export function step(key: string, index: number, length: number): number | null {
  if (length === 0) return null;
  switch (key) {
    case 'ArrowDown':
      return (index + 1) % length;
    case 'ArrowUp':
      return index <= 0 ? length - 1 : index - 1;
    case 'Home':
      return 0;
    case 'End':
      return length - 1;
    default:
      return null;
  }
}
