import type { ErrorCode, LimitPeriod } from '../bindings/index.ts';

/** The limit that a turn would have passed, or has passed. */
export interface LimitFacts {
  /** How much there may be: "500 requests", "$20". */
  all: string;
  /** How much of it was left; null if nothing was. */
  left: string | null;
  period: LimitPeriod;
  /** Whether it is the limit of one provider; else of all together. */
  ofOneProvider: boolean;
  /** When there is more again: "at 14:05", "on 1 December". */
  when: string;
}

/** What the words of an error can name. */
export interface ErrorFacts {
  /** The host it happened with; the provider's name, or plain words, if no host is known. */
  where: string;
  /** The provider, vendor or store that it is about, by the name people know. */
  subject: string;
  /** The HTTP status, where there was one. */
  status: number | null;
  /** How long to wait, in words: "12 s". */
  wait: string | null;
  /** What the credential store is called here: "keyring". */
  store: string;
  /** " in Settings", where that is somewhere else. */
  inSettings: string;
  /** The limit that was reached, where that was the reason. */
  limit: LimitFacts | null;
  /** Whether a part of an answer has come. */
  partial: boolean;
}

export interface ErrorWords {
  /** What happened. */
  title: (facts: ErrorFacts) => string;
  /** What to do. It follows on what the error means for the person's text. */
  todo: (facts: ErrorFacts) => string;
}

const retry = ({ partial }: ErrorFacts) => (partial ? 'The model can go on from here.' : 'Retry when you like.');
const per = { hour: 'an hour', day: 'a day', month: 'a month' } satisfies Record<LimitPeriod, string>;
const budget = (what: string): ErrorWords => ({
  title: ({ limit }) => {
    if (limit === null) return `Your limit of ${what} is reached.`;
    const which = `${limit.ofOneProvider ? 'This provider’s' : 'The'} limit of ${limit.all} ${per[limit.period]}`;
    return limit.left === null ? `${which} is reached.` : `${which} leaves ${limit.left}: not enough for this turn.`;
  },
  todo: ({ limit, inSettings }) =>
    `${limit === null ? '' : `It begins anew ${limit.when}. `}Raise it${inSettings}, or use the demo.`,
});
const leftOf = ({ limit }: ErrorFacts) => (limit?.left ? `Left of it: ${limit.left}. ` : '');
const status = (facts: ErrorFacts) => (facts.status === null ? '' : ` (${facts.status})`);

export const errorWords: Record<ErrorCode, ErrorWords> = {
  // Turns and providers.
  no_key: {
    title: (f) => `There is no key for ${f.subject} yet.`,
    todo: (f) => `Paste one${f.inSettings}, then retry. The built-in demo needs no key.`,
  },
  key_rejected: {
    title: (f) => `${f.where} says the key is wrong.`,
    todo: (f) => `The key may have been revoked. Paste a new one${f.inSettings}, then retry.`,
  },
  not_permitted: {
    title: (f) => `${f.where} does not allow this key to use the model.`,
    todo: () => 'Choose another model, or give the key the right on the provider’s own page.',
  },
  model_unknown: {
    title: (f) => `${f.where} does not know this model.`,
    todo: () => 'Choose another model, then retry.',
  },
  rate_limited: {
    title: (f) => `${f.where} asks for a pause: too many requests.`,
    todo: (f) => (f.wait === null ? 'Wait a little, then retry.' : `Retry in ${f.wait}.`),
  },
  out_of_credit: {
    title: (f) => `${f.where} says the account has no credit left.`,
    todo: () => 'Add credit on the provider’s own page, then retry, or choose another model.',
  },
  provider_unavailable: {
    title: (f) => `${f.where} has a fault of its own${status(f)}.`,
    todo: () => 'It often passes within minutes. Retry then, or choose another model.',
  },
  provider_overloaded: {
    title: (f) => `${f.where} is overloaded${status(f)}.`,
    todo: (f) => (f.wait === null ? 'Retry in a minute, or choose another model.' : `Retry in ${f.wait}.`),
  },
  request_refused: {
    title: (f) => `${f.where} refused the request${status(f)}.`,
    todo: () => 'Its own words are under Details. Another model may take it.',
  },
  prompt_too_long: {
    title: (f) => `The conversation is too long for this model at ${f.where}.`,
    todo: () => 'Begin a new chat, or choose a model that reads more.',
  },
  host_unknown: {
    title: (f) => `No computer answers to the name ${f.where}.`,
    todo: (f) => `Check the network, and the address${f.inSettings}. Then retry.`,
  },
  connection_refused: {
    title: (f) => `${f.where} accepts no connection.`,
    todo: () => 'If it is a program on this computer, start it. Then retry.',
  },
  host_unreachable: {
    title: (f) => `There is no way to ${f.where} from here.`,
    todo: () => 'Check the network, then retry.',
  },
  proxy_unreachable: {
    title: (f) => `The proxy ${f.where} can’t be reached.`,
    todo: (f) => `Check that it runs, or change it${f.inSettings}, then retry.`,
  },
  proxy_refused: {
    title: (f) => `The proxy did not connect to ${f.where}.`,
    todo: (f) =>
      `It may not allow this host, or ask for a name and a password: set them${f.inSettings}, under Network.`,
  },
  proxy_unusable: {
    title: () => 'The proxy that is set can’t be used, so nothing was sent.',
    todo: (f) =>
      `Change it${f.inSettings}, under Network: http://host:port or socks5://host:port, without a password in it.`,
  },
  connect_timeout: {
    title: (f) => `${f.where} did not accept the connection in time.`,
    todo: () => 'Check the network, then retry.',
  },
  first_byte_timeout: {
    title: (f) => `${f.where} took the message and said nothing.`,
    todo: () => 'Retry, or choose another model.',
  },
  silence: {
    title: (f) => `${f.where} fell silent.`,
    todo: retry,
  },
  certificate_expired: {
    title: (f) => `The certificate of ${f.where} has expired.`,
    todo: () => 'Nothing was sent. Check this computer’s clock; else the host’s owner has to renew it.',
  },
  certificate_untrusted: {
    title: (f) => `${f.where} shows a certificate that nobody vouches for.`,
    todo: () => 'Nothing was sent. A proxy may stand between; ask whoever runs your network.',
  },
  certificate_wrong_host: {
    title: (f) => `The certificate shown for ${f.where} belongs to another host.`,
    todo: (f) => `Nothing was sent. Check the address${f.inSettings}.`,
  },
  tls_failed: {
    title: (f) => `No secure connection to ${f.where} came about.`,
    todo: (f) => `Nothing was sent. Retry, or check the address${f.inSettings}.`,
  },
  redirected: {
    title: (f) => `${f.where} wants to send the request elsewhere.`,
    todo: (f) => `The key was not sent there, and will not be. Check the address${f.inSettings}.`,
  },
  not_an_api: {
    title: (f) => `${f.where} answered with a web page.`,
    todo: (f) => `The address may lack its last part, often /v1. Check it${f.inSettings}.`,
  },
  provider_error: {
    title: (f) => `${f.where} reported an error while it answered.`,
    todo: retry,
  },
  malformed_stream: {
    title: (f) => `${f.where} sent something unreadable.`,
    todo: retry,
  },
  connection_lost: {
    title: (f) => `The connection to ${f.where} broke off.`,
    todo: retry,
  },
  ended_early: {
    title: (f) => `${f.where} ended the answer before it was done.`,
    todo: retry,
  },
  event_too_large: {
    title: (f) => `${f.where} sent one piece that is too large to take.`,
    todo: () => 'Retry, or choose another model.',
  },
  empty_answer: {
    title: (f) => `${f.where} sent an answer with nothing in it.`,
    todo: () => 'Retry, or choose another model.',
  },
  store_locked: {
    title: (f) => `Your ${f.store} is locked.`,
    todo: () => 'Unlock it to use the key, then retry.',
  },
  sealed_locked: {
    title: () => 'Your sealed file is locked.',
    todo: () => 'Unlock it with its passphrase to use the key, then retry.',
  },
  sealed_damaged: {
    title: () => 'The sealed file can’t be opened.',
    todo: () =>
      'It is damaged or not ours, and was left as it is. Keys elsewhere are untouched. Put a copy back, or remove it and paste the keys anew.',
  },
  sealed_failed: {
    title: () => 'The sealed file could not be used.',
    todo: () => 'It was left as it is. What the system said is under Details.',
  },
  store_dismissed: {
    title: () => 'You dismissed the prompt.',
    todo: (f) => `The ${f.store} stays locked until you unlock it.`,
  },
  store_absent: {
    title: (f) => `This session has no ${f.store}.`,
    todo: () => 'Settings says what is missing, and how to install it.',
  },
  store_timed_out: {
    title: (f) => `Your ${f.store} does not answer.`,
    todo: () => 'A prompt may wait behind this window. Unlock again, then retry.',
  },
  store_failed: {
    title: (f) => `Your ${f.store} failed.`,
    todo: () => 'Its own words are under Details. Settings shows its state.',
  },
  key_gone: {
    title: (f) => `The key for ${f.where} is no longer there.`,
    todo: (f) => `Another program may have removed it. Paste it again${f.inSettings}. Other keys are untouched.`,
  },
  key_unreadable: {
    title: (f) => `The entry for ${f.where} holds no key that Chatelaine can read.`,
    todo: (f) => `Paste the key again${f.inSettings}. Other keys are untouched.`,
  },
  origin_changed: {
    title: (f) => `The key was made for another host than ${f.where}.`,
    todo: (f) => `It was not sent. Paste the key again${f.inSettings} to bind it to the new host.`,
  },
  cap_turns: {
    title: () => 'The limit of turns per hour is reached.',
    todo: (f) =>
      leftOf(f) + (f.wait === null ? 'Retry later, or use the demo.' : `Retry in ${f.wait}, or use the demo.`),
  },
  cap_tokens: {
    title: () => 'The limit of output tokens per day is reached.',
    todo: (f) =>
      leftOf(f) + (f.wait === null ? 'Retry tomorrow, or use the demo.' : `Retry in ${f.wait}, or use the demo.`),
  },
  cap_inquiries: {
    title: () => 'Providers were asked about themselves too often within the hour.',
    todo: (f) => (f.wait === null ? 'Try again later.' : `Try again in ${f.wait}.`),
  },
  budget_requests: budget('requests'),
  budget_tokens: budget('tokens'),
  budget_cost: budget('cost'),
  provider_unknown: {
    title: (f) => `${f.subject} is not set up any more.`,
    todo: (f) => `Choose another model, or set it up again${f.inSettings}.`,
  },
  storage_failed: {
    title: () => 'The answer could not be saved to disk.',
    todo: () => 'Check the free space, then retry.',
  },
  interrupted: {
    title: () => 'Chatelaine was closed while the answer came.',
    todo: retry,
  },

  // What was not begun, or could not be read or written.
  message_empty: {
    title: () => 'There is nothing to send yet.',
    todo: () => 'Write a message first.',
  },
  message_too_long: {
    title: () => 'The message is too long.',
    todo: () => 'Shorten it, or send it in parts.',
  },
  attachment_gone: {
    title: () => 'A file is no longer there.',
    todo: () => 'Remove it and attach it again.',
  },
  attachment_not_taken: {
    title: (f) => `${f.subject ?? 'A file'} can’t be read by this model.`,
    todo: () => 'Remove it, or choose another model.',
  },
  attachment_too_large: {
    title: (f) => `${f.subject ?? 'A file'} is larger than this provider takes.`,
    todo: () => 'Remove it, make it smaller, or choose another model.',
  },
  too_many_attachments: {
    title: () => 'These are more files than one message takes.',
    todo: () => 'Send at most 20 files with it, and at most 64 MB.',
  },
  key_in_message: {
    title: () => 'This looks like an API key.',
    todo: (f) => `Nothing was sent. Make a new one at ${f.subject} and paste that${f.inSettings}.`,
  },
  turn_in_progress: {
    title: () => 'An answer is still coming in this chat.',
    todo: () => 'Wait for its end, or stop it.',
  },
  not_found: {
    title: () => 'This chat is no longer there.',
    todo: () => 'Begin a new one.',
  },
  database_read_only: {
    title: () => 'The chats can be read, but nothing can be written.',
    todo: () => 'Make the data folder writable, then start Chatelaine again.',
  },
  disk_full: {
    title: () => 'The disk is full.',
    todo: () => 'Free some space, then retry.',
  },
  database_damaged: {
    title: () => 'The file with the chats is damaged.',
    todo: () => 'Start Chatelaine again: it sets the file aside and begins a new one.',
  },
  database_failed: {
    title: () => 'The chats could not be read or written.',
    todo: () => 'What the system says is under Details. Retry, or start Chatelaine again.',
  },

  // A paste.
  clipboard_empty: {
    title: () => 'The clipboard is empty.',
    todo: () => 'Copy the key on the provider’s page, then paste.',
  },
  clipboard_not_text: {
    title: () => 'The clipboard holds no text.',
    todo: () => 'Copy the key on the provider’s page, then paste.',
  },
  clipboard_too_large: {
    title: () => 'The clipboard holds far more than a key.',
    todo: () => 'Copy the key alone, then paste.',
  },
  clipboard_timed_out: {
    title: () => 'The program that holds the clipboard does not answer.',
    todo: () => 'Copy the key again, then paste.',
  },
  not_a_key: {
    title: () => 'This does not look like an API key.',
    todo: () => 'Copy the key alone, without other words, then paste. Nothing was stored.',
  },
  name_too_long: {
    title: () => 'The name is too long.',
    todo: () => 'Use at most 60 characters.',
  },

  // Settings.
  address_invalid: {
    title: () => 'This is not an address that Chatelaine can use.',
    todo: () => 'It begins with https://, or with http:// on this computer: http://127.0.0.1:8080/v1.',
  },
  proxy_address_invalid: {
    title: () => 'This can’t be a proxy.',
    todo: () =>
      'Write http://host:port, https://host:port or socks5://host:port. A name and a password are set below, once it is saved.',
  },
  certificates_invalid: {
    title: () => 'There are no certificates in this file that can be used.',
    todo: () =>
      'It has to hold certificates in PEM, which begin with -----BEGIN CERTIFICATE-----. Nothing was changed.',
  },
  wait_limit_invalid: {
    title: () => 'This can’t be waited for.',
    todo: () => 'Write whole seconds, from 1 to 3600. The old limit stays in force.',
  },
  too_many_headers: {
    title: () => 'This provider has as many headers as it can have.',
    todo: () => 'Remove one first. Nothing was changed.',
  },
  limit_invalid: {
    title: () => 'This is no limit.',
    todo: () =>
      'Write a whole number that is not below 0; of dollars, at most six decimals. The old limit stays in force.',
  },
  limit_too_large: {
    title: () => 'This is more than a limit can be.',
    todo: () => 'Write a smaller number. The old limit stays in force.',
  },
  settings_not_saved: {
    title: () => 'The settings could not be saved.',
    todo: () => 'Check that the data folder can be written. The old settings stay in force.',
  },
  dialog_open: {
    title: () => 'Another dialog is still open.',
    todo: () => 'Answer it first. It may be behind this window.',
  },
  link_refused: {
    title: () => 'This link can’t be opened.',
    todo: () => 'Only web and mail addresses are opened.',
  },
  window_not_opened: {
    title: () => 'The window could not be opened.',
    todo: () => 'Try again, or start Chatelaine again.',
  },
  update_not_there: {
    title: () => 'There is no new version to fetch or to install.',
    todo: (f) => `Check for one again${f.inSettings}, under Updates.`,
  },
  turn_runs: {
    title: () => 'An answer is being written just now.',
    todo: () => 'Install when it is complete, or stop it first.',
  },
  update_installs: {
    title: () => 'A new version is being installed.',
    todo: () => 'Your text stays where it is. Send it when that is done; your system may still ask for your password.',
  },
  login_item_failed: {
    title: () => 'Whether Chatelaine opens when you log in could not be changed.',
    todo: () => 'It stays as it was. Try again, or change it in your system’s own settings.',
  },
  bad_request: {
    title: () => 'The window and the app do not understand each other.',
    todo: () => 'Start Chatelaine again. What was said is under Details.',
  },
};
