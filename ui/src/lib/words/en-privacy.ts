import type { ContactPurpose } from '../bindings/index.ts';
import type { Phrase } from './phrase.ts';

/** The page "Privacy & proof". */
export const privacy = {
  lead: 'What is kept, where, and what left this computer. Plain words, and a way to check each of them.',
  kept: 'Kept on this computer',
  keys: 'API keys',
  status: 'Status',
  inStore: (store: string) => store,
  inCollection: (store: string, collection: string) => `${store}, “${collection}”`,
  inFile: 'keys.age, sealed with your passphrase',
  inMemory: 'memory, until you quit',
  keysIn: (places: readonly string[]) => `${places.join('; ')}. Never in plain text on disk.`,
  keysNowhere: (store: string) => `There is no ${store} here: in memory until you quit, or sealed in a file.`,
  chats: 'Chats and settings',
  chatsIn: (folder: string): Phrase => [{ mono: folder }, ', not encrypted by us'],
  log: 'Log',
  logText: 'Times, hosts and sizes. No text, no key.',
  sent: (days: string) => `Asked in the last ${days} days`,
  to: 'Host',
  what: 'What goes there',
  requests: 'Requests',
  bytes: 'Sent',
  last: 'Last',
  /** Requests, bytes and when in one line, where their columns have no room. */
  amounts: (count: number, shown: string, bytes: string, when: string) =>
    `${shown} ${count === 1 ? 'request' : 'requests'}, ${bytes} sent, ${when}`,
  got: {
    turn: { key: 'your messages and its key', bare: 'your messages' },
    connection: { key: 'a connection', bare: 'a connection, opened while you wrote' },
    inquiry: { key: 'its key, to list models or to check it', bare: 'the question which models it has' },
    // No key ever goes along.
    update: { key: 'the question whether there is a new version', bare: 'the question whether there is a new version' },
  } satisfies Record<ContactPurpose, { key: string; bare: string }>,
  here: (what: string) => `${what}; stays here`,
  notAsked: 'nothing in this time',
  nowhere: 'Nobody was asked anything in this time, and no provider is set up. The demo answers on this computer.',
  unknown: 'The list could not be read. What was sent is not known here.',
  only: 'A provider only when you send a message there, or ask it for its models; while you write one, a connection is opened, by which nothing is said. Where this build looks for new versions of itself, that server is asked for them, and the page Updates says when. No other host is asked for anything. Requests that failed are counted too. Links you open are your browser’s.',
  limits: 'Limits',
  cap: (turns: string, tokens: string) =>
    `At most ${turns} turns per hour and ${tokens} output tokens per day, all providers but the demo together. Not even a broken page can spend more.`,
  change: 'Limits',
  promised: 'What is promised, and tested',
  promises: [
    'No page can read a key or a part of it.',
    'A key goes to the one host it is bound to.',
    'No page can spend more than the limits.',
    'What you wrote is on disk before it is sent.',
  ],
  not: 'What is not',
  nots: (store: string) => [
    `Other programs that run as you may ask the ${store} too.`,
    'A system that someone else controls.',
    'What a provider keeps of your messages is up to the provider.',
    'A key that you paste into some other page yourself.',
    'Inside the limits, a broken page could read your chats and send messages.',
  ],
  walls: 'The walls around these windows',
  enforced: 'Trusted Types are enforced: the engine itself refuses to make a page’s content from text.',
  notEnforced:
    'This engine does not know Trusted Types. What models write still becomes typed parts, never HTML; here the code alone keeps to it.',
  sandbox: {
    on: 'The process that draws the pages runs in a sandbox: even if it were broken into, it can’t ask your keyring.',
    switchedOff:
      'The sandbox around the process that draws the pages is switched off, by a setting of this computer. If that process were broken into, it could ask your keyring.',
    unavailable: (reason: string): Phrase => [
      'This system allows no sandbox around the process that draws the pages (',
      { mono: reason },
      '). If that process were broken into, it could ask your keyring.',
    ],
    notHere: 'The system’s own web view brings its sandbox. Chatelaine adds none to it here.',
  },
  check: (command: string): Phrase => [
    'Check it yourself: ',
    { mono: command },
    ' in the source plants a marked key, tries every attack it knows, and prints what got through.',
  ],
  command: 'cargo xtask test secrecy',
};
