import type { PutOff, UpdateFaultKind, UpdatesOff } from '../bindings/index.ts';

/** What the words of a fault can name. */
export interface FaultFacts {
  /** The host it happened with; plain words if none is known. */
  where: string;
  /** " (503)", or nothing. */
  status: string;
  /** What was found in place of the right one, in quotation marks and with a space before it; or nothing. */
  found: string;
  /** "Chatelaine 0.6.0", or "the new version" if its number is not known. */
  wanted: string;
  /** Where the command stands that does it by hand; null if there is none. */
  byHand: 'here' | 'inSettings' | null;
}

export interface FaultWords {
  /** What happened. */
  happened: (facts: FaultFacts) => string;
  /** What to do. It follows on what the fault means for what is there. */
  todo: (facts: FaultFacts) => string;
}

const network = 'Check the network, then try again.';
const later = 'Try again later.';
const makers = 'Try again later. If it stays so, the makers of Chatelaine have to mend it.';
const notInstalled = `The download was not installed. ${makers}`;
const hand = ({ byHand }: FaultFacts) => {
  if (byHand === null) return '';
  return byHand === 'here'
    ? 'Or install the new version by hand, in a terminal:'
    : 'Or install the new version by hand: the command is in Settings, under Updates.';
};

/** Every string about the app's own new versions. */
export const updatesWords = {
  server: 'the server with new versions',
  newVersion: 'the new version',
  named: (version: string) => `Chatelaine ${version}`,
  youHave: (version: string) => `You have Chatelaine ${version}`,

  // The strip at the top of the chat window, and the same states on the page.
  label: 'New version of Chatelaine',
  available: (version: string) => `Chatelaine ${version} is available.`,
  toDownload: (size: string) => `${size} to download.`,
  fetching: (version: string, amount: string | null) =>
    amount === null ? `Fetching Chatelaine ${version}…` : `Fetching Chatelaine ${version},`,
  amount: (part: string, whole: string) => `${part} of ${whole}`,
  progress: (version: string) => `Download of Chatelaine ${version}`,
  ready: (version: string) => `Chatelaine ${version} is ready.`,
  installing: (version: string) => `Installing Chatelaine ${version}…`,
  mayAsk: 'Your system may ask for your password.',
  installed: (version: string) => `Chatelaine ${version} is installed.`,
  afterRestart: 'It runs after a restart.',
  loses: 'A restart loses attached files, and a text that could not be kept. Send or copy them first.',
  afterAnswer: 'after this answer',
  installAfterAnswer: 'It can be installed after this answer.',
  restartAfterAnswer: 'It runs after a restart, which waits for this answer.',
  more: 'What’s new',
  download: 'Download',
  install: 'Install and restart',
  restart: 'Restart now',
  restartAnyway: 'Restart anyway',
  again: 'Try again',
  cancel: 'Cancel',
  later: 'Later',
  close: 'Close',

  // What is new in it.
  title: (version: string) => `What’s new in Chatelaine ${version}`,
  have: (version: string) => `You have ${version}.`,
  released: (date: string | null, size: string | null) => {
    if (date === null) return size === null ? '' : `${size}.`;
    return `Released ${date}${size === null ? '' : `, ${size}`}.`;
  },
  notes: 'What is new',
  notesComing: 'Reading what is new…',
  noNotes: 'Nothing was written about this version.',
  signed: 'Signed with the key that this app was built with.',
  willBeChecked: 'Its signature is checked before it is installed.',
  copied: 'Your chats are copied before the new version changes how they are kept.',
  skip: 'Skip this version',

  // The page in the settings.
  lead: 'How new versions of Chatelaine come to this computer. None is installed before you say so.',
  loading: 'Asking how things stand…',
  notChecked: 'It has not looked for a new version since it was started.',
  checking: 'Asking whether there is a new version…',
  upToDate: 'This is the newest version.',
  older: (version: string) => `The server offers ${version}, which is older than yours. It is left alone.`,
  signatureRight: 'It is downloaded, and its signature is right. Installing it restarts Chatelaine.',
  off: {
    notBuiltIn:
      'This build does not update itself: it was built from source, and names no server with new versions and no key to check one with. For a new version, build it again, or get it from where you got this one.',
    managed:
      'Your package manager, or whatever else put this copy here, brings new versions, so Chatelaine neither looks for them nor installs any.',
    switchedOff: 'It does not look for new versions by itself. You can look whenever you like.',
  } satisfies Record<UpdatesOff, string>,
  putOff: {
    later: 'You chose “Later”: the chat window tells you of it again tomorrow.',
    skipped: 'You skipped this version: the chat window no longer tells you of it. You can still have it.',
  } satisfies Record<PutOff, string>,
  lastChecked: (when: string) => `Last checked ${when}.`,
  check: 'Check now',
  releasePage: 'Open the release page…',
  downloadAfterAll: 'Download after all',
  looking: 'Automatic checks',
  automatic: 'Look for new versions at start and once a day',
  automaticText: 'Looking downloads nothing. A download, too, waits until you say so.',
  learns:
    'The server that is asked, and whatever it sends on to, learns your internet address and the version you have (the request’s User-Agent). Nothing else is sent.',
  command: 'To install it by hand',
  copyCommand: 'Copy the command',

  /** What a fault means: the same of all, since nothing is replaced before everything about it is right. */
  goesOn: (version: string) => `Chatelaine ${version} keeps running; nothing of yours was touched.`,
  goesOnOnce: (version: string) =>
    `Chatelaine ${version} keeps running until you quit, and may not start again before this is mended; nothing of yours was touched.`,
  faults: {
    // The way there.
    endpoint_insecure: {
      happened: () => 'The address that this build asks for new versions is not encrypted, so it was not asked.',
      todo: () => 'This build was made wrong: get Chatelaine again from where you got it.',
    },
    redirect_insecure: {
      happened: (f) => `${f.where} leads on to an address that is not encrypted.`,
      todo: () => 'It was not followed. Try again later, or from another network.',
    },
    too_many_redirects: {
      happened: (f) => `${f.where} leads on and on, from one address to the next.`,
      todo: () => makers,
    },
    host_unknown: {
      happened: (f) => `No computer answers to the name of ${f.where}.`,
      todo: () => network,
    },
    host_unreachable: {
      happened: (f) => `There is no way to ${f.where} from here.`,
      todo: () => network,
    },
    proxy_failed: {
      happened: (f) => `The proxy did not connect to ${f.where}.`,
      todo: () => 'Check it in Settings, under Network, then try again.',
    },
    certificate_refused: {
      happened: (f) => `The certificate of ${f.where} can’t be trusted.`,
      todo: () =>
        'Nothing was fetched. Check this computer’s clock. A proxy may stand between; ask whoever runs your network.',
    },
    server_failed: {
      happened: (f) => `${f.where} has a fault of its own${f.status}.`,
      todo: () => later,
    },
    stalled: {
      happened: (f) => `${f.where} fell silent.`,
      todo: () => network,
    },
    cut: {
      happened: (f) => `The connection to ${f.where} broke off.`,
      todo: () => network,
    },

    // What the server says of the version.
    manifest_empty: {
      happened: (f) => `${f.where} answered with nothing.`,
      todo: () => makers,
    },
    manifest_too_large: {
      happened: (f) => `${f.where} answered with far more than there is to say about a version.`,
      todo: () => makers,
    },
    manifest_not_json: {
      happened: (f) => `${f.where} answered with something that is not about a version.`,
      todo: () =>
        'A network that wants you to log in first, as in a hotel, answers so. Try again after that, or later.',
    },
    manifest_incomplete: {
      happened: (f) => `${f.where} says too little of the new version to check it.`,
      todo: () => makers,
    },
    manifest_version: {
      happened: (f) => `The number of the new version${f.found} is not one.`,
      todo: () => makers,
    },
    manifest_platform: {
      happened: () => 'The new version is not there for this kind of computer.',
      todo: () => 'It may come later. Try again then.',
    },
    download_insecure: {
      happened: () => 'The address of the download is not encrypted, so it was not fetched.',
      todo: () => makers,
    },

    // The package.
    too_large: {
      happened: (f) => `The download of ${f.wanted} is larger than it may be.`,
      todo: () => notInstalled,
    },
    wrong_size: {
      happened: (f) => `The download of ${f.wanted} is not as long as it should be.`,
      todo: () => 'The download was not installed. Try again.',
    },
    not_signed: {
      happened: (f) => `The download of ${f.wanted} is not signed.`,
      todo: () => notInstalled,
    },
    signature_unreadable: {
      happened: (f) => `The signature of ${f.wanted} can’t be read.`,
      todo: () => notInstalled,
    },
    signature_other_key: {
      happened: (f) => `The download of ${f.wanted} is signed with another key than the one this app was built with.`,
      todo: () => notInstalled,
    },
    signature_wrong: {
      happened: (f) => `The download of ${f.wanted} is not what was signed.`,
      todo: () => 'The download was damaged on the way or changed by somebody; it was not installed. Try again.',
    },
    signed_other_version: {
      happened: (f) => `The signature is that of another version${f.found}, not of ${f.wanted}.`,
      todo: () => notInstalled,
    },
    signed_no_version: {
      happened: (f) => `The signature of ${f.wanted} does not say which version it is for.`,
      todo: () => notInstalled,
    },
    other_product: {
      happened: (f) => `The download is another program${f.found}, not Chatelaine.`,
      todo: () => notInstalled,
    },
    other_version: {
      happened: (f) => `The download holds another version${f.found}, not ${f.wanted}.`,
      todo: () => notInstalled,
    },
    other_machine: {
      happened: (f) => `The download is for another kind of computer${f.found}.`,
      todo: () => notInstalled,
    },
    package_unreadable: {
      happened: (f) => `The download of ${f.wanted} can’t be read as a package.`,
      todo: () => notInstalled,
    },

    // This computer.
    disk_full: {
      happened: () => 'The disk is full.',
      todo: () => 'Free some space, then try again.',
    },
    not_written: {
      happened: (f) => `The download of ${f.wanted} could not be written to disk.`,
      todo: () => 'Check that the data folder can be written, then try again.',
    },
    nothing_asks: {
      happened: (f) => `You may not install ${f.wanted}, or nothing in this session could ask for the permission.`,
      todo: (f) => `Start Chatelaine within a desktop session, then try again. ${hand(f)}`.trim(),
    },
    denied: {
      happened: (f) => `The permission to install ${f.wanted} was not given.`,
      todo: (f) => `Try again when you like. ${hand(f)}`.trim(),
    },
    installer_failed: {
      happened: (f) => `The system’s installer could not install ${f.wanted}.`,
      todo: (f) => `Try again. ${hand(f)}`.trim(),
    },
    half_installed: {
      happened: (f) => `The system’s installer stopped half way through ${f.wanted}.`,
      todo: (f) =>
        f.byHand === 'here'
          ? 'Finish it in a terminal, then start Chatelaine again:'
          : 'Finish it by hand, then start Chatelaine again: the command is in Settings, under Updates.',
    },
    interrupted: {
      happened: (f) => `Chatelaine was closed before ${f.wanted} was in place.`,
      todo: () => 'Try again when you like.',
    },
  } satisfies Record<UpdateFaultKind, FaultWords>,
};
