import type { words } from '../words/words.ts';

export type AddressFault = Exclude<keyof typeof words.settings.own.faults, 'nameTooLong'>;

/** The longest name, in characters. */
export const LONGEST_NAME = 60;

/**
 * What is wrong with a base URL, as far as the window can tell. The app checks it again, and by stricter rules: this is
 * only so that the answer comes while the person still looks at the field.
 */
export function addressFault(text: string): AddressFault | null {
  if (text.trim() === '') return 'empty';
  let url: URL;
  try {
    url = new URL(text.trim());
  } catch {
    return 'notAnAddress';
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    // "localhost:8080" reads as an address of the scheme "localhost".
    return /^[a-z]+:\/\//i.test(text.trim()) ? 'scheme' : 'notAnAddress';
  }
  if (url.username !== '' || url.password !== '') return 'userInfo';
  if (url.protocol === 'http:' && !isThisComputer(url.hostname)) return 'insecure';
  return null;
}

/** Whether the name is too long, counted as the app counts it. */
export function isNameTooLong(name: string): boolean {
  return [...name.trim()].length > LONGEST_NAME;
}

function isThisComputer(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
