/** Whether an address may be offered. The app has judged it already; this is the second lock on the same door. */
export function isOffered(url: string): boolean {
  return /^(?:https?:\/\/|mailto:)/.test(url);
}
