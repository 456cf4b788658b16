import type { KeyState, WaitName } from '../bindings/index.ts';

const seconds = (count: number, shown: string) => `${shown} ${count === 1 ? 'second' : 'seconds'}`;
const minutes = (count: number, shown: string) => `${shown} ${count === 1 ? 'minute' : 'minutes'}`;

/** Every string of the page of the network. */
export const networkWords = {
  lead: 'How requests leave this computer. Changes hold from the next one on; proxies that the environment names are ignored.',

  proxy: 'Proxy',
  address: 'Address',
  addressHint: 'http://, https:// or socks5://, with a port. Leave it empty to connect directly.',
  addressExample: 'http://proxy.example:3128',
  direct: 'Without the proxy',
  directHint: 'Hosts, addresses or networks with spaces between. This computer is never reached through it.',
  directExample: 'intranet.example 10.0.0.0/8',
  save: 'Save',
  undo: 'Undo',
  saved: 'The way out is changed.',
  same: 'Nothing was changed.',
  confirm: 'A system dialog asks you to confirm it.',
  asking: 'Confirm in the dialog that opens.',
  declined: 'You said no in the dialog. Nothing was changed.',
  unusable: 'This proxy can’t be used, so nothing goes out.',
  unusableText: 'Only servers on this computer are asked. Write another address, or none.',

  login: 'Name and password',
  loginNone: 'None. The proxy may ask for some.',
  loginText: (name: string, place: string) => `${name}, kept in ${place}`,
  loginStates: {
    ready: '',
    locked: 'It is locked; the first request that needs it says so.',
    dismissed: 'It is locked; the first request that needs it says so.',
    gone: 'The password is no longer there. Set it again.',
    storeAbsent: 'The store is not there.',
    storeTimedOut: 'The store does not answer.',
    storeFailed: 'The store failed.',
  } satisfies Record<KeyState, string>,
  loginElsewhere: 'This system has no dialog for a password here: proxies that ask for one can’t be used yet.',
  loginSaved: 'The proxy’s name and password are kept.',
  loginRemoved: 'The proxy’s name and password are removed.',
  places: {
    system: (store: string) => store,
    session: () => 'memory, until you quit',
    sealed: () => 'the sealed file',
  },
  set: 'Set…',
  change: 'Change…',
  remove: 'Remove',
  actionFor: (action: string, name: string) => `${action.replace('…', '')}: ${name}`,

  certificates: 'Certificates',
  certificatesName: 'Extra certificates',
  certificatesNone: 'Chatelaine trusts what your system trusts.',
  certificatesCount: (count: number, shown: string) => `${shown} ${count === 1 ? 'certificate' : 'certificates'}`,
  certificatesBad: 'This file can’t be used, so only what your system trusts is trusted.',
  choose: 'Choose a file…',
  certificatesSaved: 'The certificates are trusted.',
  certificatesRemoved: 'Only what your system trusts is trusted.',
  certificatesNote:
    'For a company that looks into its own network’s traffic, or a server with a certificate of your own.',

  headers: 'Secret headers',
  headerOf: (name: string, provider: string) => `${name}, ${provider}`,
  headerText: (origin: string, word: string, place: string) =>
    `· ${origin}${word ? `, behind the word ${word}` : ''}, kept in ${place}`,
  headerStates: {
    ready: '',
    locked: 'It is locked; requests there wait until it is unlocked.',
    dismissed: 'It is locked; requests there wait until it is unlocked.',
    gone: 'Its value is no longer there, so nothing is sent there. Remove it, or add it again.',
    storeAbsent: 'The store that it is in is not there, so nothing is sent to this provider.',
    storeTimedOut: 'The store that it is in does not answer.',
    storeFailed: 'The store that it is in failed.',
  } satisfies Record<KeyState, string>,
  headerProvider: 'Provider of the new header',
  headerFor: 'New header for',
  addHeader: 'Add a header…',
  headerSaved: 'The header is kept.',
  headerRemoved: 'The header is removed.',
  headersNote:
    'What a provider or a gateway wants beside the key: an organisation, a project, a token of its own. You type it into a system dialog.',
  headersElsewhere: 'This system has no dialog here that a value could be typed into.',
  headersNoProvider: 'Set up a provider first.',

  patience: 'Patience',
  waits: {
    connect: 'A connection',
    firstByte: 'The first word',
    silence: 'A silence in the answer',
  } satisfies Record<WaitName, string>,
  waitTexts: {
    connect: 'To find the host and open an encrypted connection.',
    firstByte: 'A large model that is being loaded can take minutes.',
    silence: 'Between two pieces of an answer that has begun.',
  } satisfies Record<WaitName, string>,
  wait: (count: number, format: (value: number) => string) =>
    count >= 60 && count % 60 === 0 ? minutes(count / 60, format(count / 60)) : seconds(count, format(count)),
  usual: (wait: string) => `${wait} (default)`,
  patienceNote: 'There is no limit for a whole answer: a slow model is not a dead one.',
};
