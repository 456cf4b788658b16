import type { EntryFault, FileRefusal, Platform, SettingsFault } from '../bindings/index.ts';
import { errorWords } from './en-errors.ts';
import { limitsWords } from './en-limits.ts';
import { networkWords } from './en-network.ts';
import { settingsWords } from './en-settings.ts';
import { updatesWords } from './en-updates.ts';
import type { Phrase } from './phrase.ts';

const tokens = (count: string, one: boolean) => (one ? `${count} token` : `${count} tokens`);

/** Every string of the chat window and of what both windows share. A second language is another file of this type. */
export const en = {
  errors: errorWords,
  settings: settingsWords,
  limits: limitsWords,
  network: networkWords,
  updates: updatesWords,

  /** What the credential store is called in running text. */
  store: {
    linux: 'keyring',
    macos: 'keychain',
    windows: 'Credential Manager',
  } satisfies Record<Platform, string>,

  app: {
    name: 'Chatelaine',
    cannotStart: 'Chatelaine could not start.',
    cannotStartText: 'Your chats and keys are untouched. Close the app and start it again.',
  },

  /** What an error means for what the person wrote. */
  safe: {
    unanswered: 'Your message is saved, and unanswered.',
    partial: 'Your message and what came of the answer are saved.',
    unsaved:
      'Your message is saved; not all that stands here of the answer is. Select it and copy it before you leave this chat.',
    composer: 'Your text is still in the box below, unsent.',
    none: '',
  },
  theProvider: 'the provider',
  inSettings: ' in Settings',

  keys: { f2: 'F2' },

  duration: {
    seconds: (count: string) => `${count} s`,
    minutes: (count: string) => `${count} min`,
    hours: (count: string) => `${count} h`,
  },

  actions: {
    continue: 'Continue',
    retry: 'Retry',
    'open-settings': 'Open settings',
    unlock: 'Unlock',
    'choose-model': 'Other model',
    dismiss: 'Dismiss',
    details: 'Details',
    copy: 'Copy',
    copied: 'Copied',
    copyFailed: 'Not copied',
    undo: 'Undo',
    close: 'Close',
    cancel: 'Cancel',
  },

  sidebar: {
    label: 'Conversations',
    open: 'Show conversations',
    close: 'Close conversations',
    newChat: 'New chat',
    settings: 'Settings',
    today: 'Today',
    yesterday: 'Yesterday',
    lastWeek: 'Last 7 days',
    untitled: 'Untitled',
    running: 'An answer is coming',
    menu: (title: string) => `More for “${title}”`,
    rename: 'Rename',
    renameLabel: 'Title of the chat',
    delete: 'Delete',
    deleted: 'Chat deleted',
    empty: 'Your chats will stand here.',
  },

  models: {
    choose: 'Choose a model',
    label: (model: string) => `Model: ${model}`,
    search: 'Search',
    searchLabel: 'Search models',
    list: 'Models',
    demoNote: 'built in, offline',
    asking: 'Asking the providers for their models…',
    none: (query: string) => `No model is called “${query}”.`,
    noModel: 'No model',
    goesTo: (host: string): Phrase => ['Messages go to ', { mono: host }, '.'],
    staysHere: 'Messages stay on this computer.',
    runsHere: (server: string) => `${server} runs here`,
    setUp: 'Set it up',
    foundAt: (host: string): Phrase => ['It answers at ', { mono: host }, '. Settings can add it.'],
    left: (what: string) => `The provider says that ${what} are left for now.`,
    leftRequests: (count: string) => `${count} requests`,
    leftTokens: (count: string) => `${count} tokens`,
    and: ' and ',
    context: (tokens: string) => `${tokens} tokens at once`,
    images: 'reads pictures',
    noImages: 'reads no pictures',
    reasoning: 'can think',
    price: (input: string, output: string, date: string | null) =>
      `${input} in, ${output} out per million tokens${date === null ? '' : `, as of ${date}`}`,
  },

  transcript: {
    label: 'Conversation',
    you: 'You said',
    answer: (model: string) => `Answer of ${model}`,
    waiting: (host: string, wait: string | null) =>
      wait === null ? `Waiting for ${host}` : `Waiting for ${host}, ${wait}`,
    waitingDemo: 'The demo begins',
    askedAgainIn: (wait: string, retry: number, most: number) =>
      `Your message is kept. It is asked again in ${wait} (${retry} of ${most}).`,
    waitingSpoken: (wait: string) => `No answer yet. It is asked again in ${wait}.`,
    thinking: (wait: string) => `Thinking, ${wait}`,
    thought: (wait: string) => `Thought for ${wait}`,
    thoughtBefore: 'Thought before it answered',
    leftOut: (count: string, one: boolean) =>
      one
        ? 'The oldest message was not sent along: this chat no longer fits into what the model reads at once.'
        : `The ${count} oldest messages were not sent along: this chat no longer fits into what the model reads at once.`,
    callOf: 'The model asked to use',
    call: (name: string) => `The model asked to use ${name || 'a tool without a name'}`,
    sources: 'Sources',
    copyAnswer: 'Copy answer',
    demo: 'Demo',
    tokens,
    kept: 'Kept as far as it came',
    stopped: 'You stopped the answer.',
    stoppedText: 'What came is kept. It can go on from here.',
    stoppedEmpty: 'Your message is saved, and unanswered.',
    lengthReached: 'The model reached the most it may write at once.',
    lengthReachedText: 'The answer ends here. It can go on from here.',
    filtered: 'A filter of the provider ended the answer.',
    filteredText: 'What came is kept. Ask in other words, or choose another model.',
    toolAsked: 'The model asked for a tool.',
    toolAskedText: 'This version has none to give. Ask for an answer in words.',
    unlocked: (store: string) => `Your ${store} is unlocked.`,
    sealedUnlocked: 'Your sealed file is unlocked.',
    unlockedText: 'Your message is saved. Retry to send it.',
    spoken: 'The answer, read aloud',
    moreBelow: 'More below',
    earlier: 'Earlier messages come…',
    code: 'Code',
    copyCode: (language: string) => `Copy code: ${language}`,
    table: 'Table',
    done: 'Done',
    open: 'Not done',
    image: (host: string | null, alt: string): Phrase =>
      host === null
        ? ['Image not loaded', alt ? `: ${alt}` : '']
        : ['Image from ', { mono: host }, ' not loaded', alt ? `: ${alt}` : ''],
    link: (url: string) => `Opens ${url}`,
    answering: (model: string) => `${model} answers.`,
    finished: 'The answer is complete.',
    cancelled: 'The answer was stopped.',
    failed: 'The answer failed.',
    codeSpoken: (language: string) => (language ? `A code block in ${language}.` : 'A code block.'),
    tableSpoken: 'A table.',
  },

  parameters: {
    title: 'Parameters',
    none: 'The demo has nothing to choose.',
    usual: 'As the provider has it',
    system: 'System prompt',
    systemHint: 'Sent before every message of this chat.',
    effort: 'Thinking',
    efforts: { usual: 'Usual', low: 'Low', medium: 'Medium', high: 'High' },
    temperature: 'Temperature',
    temperatureHint: (highest: string) => `From 0, the most likely words, to ${highest}, the most surprising.`,
    temperatureFault: (highest: string) => `A number from 0 to ${highest}.`,
    mostOutput: 'Longest answer',
    mostOutputHint: 'In tokens, thinking included.',
    mostOutputFault: 'A whole number of tokens, at least 1.',
    stop: 'Stop at',
    noStop: 'Nothing',
    stopHint: (most: string) => `Texts that end the answer, with commas between. At most ${most}.`,
    stopFault: (most: string) => `At most ${most}, none longer than 200 bytes.`,
  },

  numbers: {
    tokens,
    unknown: 'unknown',
    unknownTokens: 'tokens unknown',
    unknownCost: 'cost unknown',
    atLeast: (amount: string) => `at least ${amount}`,
    cached: (count: string) => `${count} cached`,
    reasoning: (count: string) => `${count} reasoning`,
    read: (count: string, cached: string | null) => (cached === null ? `${count} in` : `${count} in (${cached})`),
    written: (count: string, reasoning: string | null) =>
      reasoning === null ? `${count} out` : `${count} out (${reasoning})`,
    conversation: 'This chat so far',
  },

  composer: {
    label: 'Message',
    first: 'Write a message',
    next: 'Write the next message',
    send: 'Send',
    stop: 'Stop',
    enterSends: 'Enter sends',
    shiftEnter: 'Shift Enter breaks the line',
    escStops: 'Esc stops the answer',
    sending: 'Sending',
    nothingSent: 'Nothing sent',
  },

  files: {
    label: 'Files',
    attach: 'Attach files',
    remove: (name: string) => `Remove ${name}`,
    coming: 'Reading files',
    drop: 'Drop files to attach them',
    kind: 'not read by this model',
    size: (most: string) => `larger than ${most}`,
    demo: 'not read by the demo',
    refusedTitle: (count: number, shown: string) =>
      count === 1 ? 'A file was not attached.' : `${shown} files were not attached.`,
    refused: {
      empty: (name: string) => `${name} is empty.`,
      unknownKind: (name: string) => `${name} is no text, picture or PDF.`,
      tooLarge: (name: string) => `${name} is too large: text up to 1 MB, other files up to 32 MB.`,
      unreadable: (name: string) => `${name} can’t be read.`,
      tooMany: (name: string) => `${name} is one too many: a message takes 20 files.`,
    } satisfies Record<FileRefusal, (name: string) => string>,
    more: (count: number, shown: string) => (count === 1 ? 'And one more.' : `And ${shown} more.`),
  },

  keyFound: {
    title: 'This looks like an API key.',
    text: (provider: string) =>
      `Nothing was sent, but this page has now seen it. Make a new one at ${provider} and paste that in Settings.`,
    send: 'Send as text',
  },

  empty: {
    title: 'Ask away.',
    goesTo: (host: string): Phrase => ['Your message goes to ', { mono: host }, ', and nowhere else.'],
    demo: (keys: string): Phrase => [
      'This is the built-in demo: it answers offline, and nothing leaves this computer. To add a key, press ',
      { strong: keys },
      ' and paste it in Settings.',
    ],
    suggestions: [
      'Explain an error message that I’ll paste',
      'Say this in half the words',
      'Compare two options in a table',
    ],
  },

  notices: {
    label: 'Notices',
    settingsSetAside: {
      broken: 'settings.json could not be read as settings.',
      unreadable: 'settings.json may not be read.',
      newer: 'settings.json is from a newer version of Chatelaine.',
    } satisfies Record<SettingsFault, string>,
    settingsKept: (path: string | null) =>
      path === null
        ? 'The defaults are in force. The file was left where it is.'
        : `The defaults are in force. The old file is kept as ${path}.`,
    entryUnusable: (entry: string) => `The entry ${entry} in settings.json can’t be used.`,
    entryFault: {
      badValue: 'One of its values is not of the right kind.',
      missing: 'It lacks one of its values.',
      duplicateId: 'Another entry has the same id.',
      unknownProtocol: 'Its protocol is not one that Chatelaine knows.',
      badProxy: 'It is no proxy’s address, or holds a password. Until it is mended nothing goes out.',
      badCertificates: 'The file it names holds no certificates, or can’t be read.',
      badUrl: 'Its base URL is not one that Chatelaine can use.',
    } satisfies Record<EntryFault, string>,
    entryUnusableText: (fault: string) => `${fault} The other entries are in force.`,
    chatsSetAside: 'The file with your chats was damaged.',
    chatsSetAsideText: (path: string) => `A new one was begun. The old one is kept as ${path}.`,
    broke: 'A part of Chatelaine broke last time.',
    brokeText:
      'A report says where in the program, and holds nothing of yours. It stays on this computer unless you copy it and pass it on.',
    copyBroke: 'Copy the report of what broke',
    copyReport: 'Copy report',
    startBrokeOff: 'This version was started before, and showed no window.',
    startBrokeOffText: (path: string) =>
      `It changes how your chats are stored. A copy of them as they were is kept as ${path}. If something is missing now, put them back; an earlier version of Chatelaine reads that file too.`,
    putBack: 'Put them back',
    putBackFailed: 'They could not be put back. The file is where it was.',
    chatsNotPutBack: 'Your chats could not be put back.',
    chatsNotPutBackText: (path: string) => `They are as they were last. The copy is still there: ${path}.`,
    chatsPutBack: 'Your chats are as they were before the update.',
    chatsPutBackText: (path: string) =>
      `What was written since is kept as ${path}, for two weeks or until you delete a chat.`,
    chatsReadOnly: 'The chats can be read, but nothing can be written.',
    chatsReadOnlyText: 'Nothing new is saved. Make the data folder writable, then start Chatelaine again.',
    chatsNewer: 'The chats are from a newer version of Chatelaine.',
    chatsNewerText: 'They were left alone. What you write now is kept only until you quit.',
    chatsUnavailable: 'The chats could be neither read nor written.',
    chatsUnavailableText: (detail: string) => `What you write now is kept only until you quit. ${detail}`,
  },
};

export type Words = typeof en;
