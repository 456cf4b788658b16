import { expect, test } from 'vitest';

import { commandError } from '../src/lib/backend/backend.ts';
import { pending } from '../src/lib/backend/fake.ts';
import type { ErrorCode, PasteOutcome } from '../src/lib/bindings/index.ts';
import { words } from '../src/lib/words/words.ts';
import {
  button,
  byTestId,
  field,
  key,
  keyCard,
  openSettings,
  ownCard,
  page,
  press,
  settingsState,
  settle,
  storedOutcome,
  type,
  vendorCard,
} from './settings.fixture.ts';

const first = () => settingsState({ firstRun: true });

test('a key is pasted with the name that was typed, and the page says where it went', async () => {
  const { backend } = await openSettings(first(), {
    paste_key: ({ name }) => storedOutcome({ provider: { ...vendorCard(), keys: [keyCard({ name })] } }),
  });
  expect(document.activeElement).toBe(byTestId('paste-key'));
  await type(field('Name for the key, optional'), '  Work ');
  await press(byTestId('paste-key'));
  expect(backend.requests('paste_key')).toEqual([{ name: 'Work', provider: null, keepIn: 'system', replace: null }]);
  expect(page()).toContain('Your key is put away.');
  expect(page()).toContain('Accepted. 42 models.');
  expect(page()).toContain('OpenAI, recognised from the key’s shape');
  expect(page()).toContain('Work');
  expect(page()).toContain('https://api.openai.com');
  expect(page()).toContain('Secret Service, collection “Login”');
  expect(document.activeElement).toBe(byTestId('open-chat'));
  await press(byTestId('open-chat'));
  expect(backend.requests('open_chat')).toEqual([{ demo: false }]);
});

test('the page of a key that was put away outlasts the end of the first run', async () => {
  let firstRun = true;
  const { tell } = await openSettings(() => settingsState({ firstRun, providers: [vendorCard()] }), {
    paste_key: () => {
      firstRun = false;
      return storedOutcome();
    },
  });
  await press(byTestId('paste-key'));
  await tell({ type: 'changed' });
  expect(byTestId('open-chat')).toBeTruthy();
});

test('while a paste is under way there is no second one, by button or keyboard', async () => {
  const paste = pending<PasteOutcome>();
  const { backend, tell } = await openSettings(first(), { paste_key: () => paste.promise });
  const pasteButton = byTestId('paste-key') as HTMLButtonElement;
  await press(pasteButton);
  expect(page()).toContain('Confirm in the dialog that opens.');
  expect(pasteButton.disabled).toBe(true);
  await press(pasteButton);
  await tell({ type: 'pasteRequested' });
  expect(backend.requests('paste_key')).toHaveLength(1);
  paste.resolve({ type: 'declined' });
  await settle();
  expect(page()).toContain('Nothing was stored. You said no in the dialog.');
  expect(pasteButton.disabled).toBe(false);
  expect(document.activeElement).toBe(pasteButton);
});

test('the keyboard’s paste does what the button does, with the name in the field, from any page', async () => {
  const { backend, tell } = await openSettings(settingsState(), { paste_key: () => storedOutcome() });
  await type(field('Name for the key, optional'), 'Home');
  await press(button('About'));
  await tell({ type: 'pasteRequested' });
  expect(backend.requests('paste_key')).toEqual([{ name: 'Home', provider: null, keepIn: 'system', replace: null }]);
  expect(page()).toContain('Accepted. 42 models.');
});

test('without a store the keyboard’s paste keeps nothing until the button that says so is pressed', async () => {
  const store = { type: 'absent', reason: 'noService', install: null, distribution: null } as const;
  const { backend, tell } = await openSettings(settingsState({ firstRun: true, store }), {
    paste_key: () =>
      storedOutcome({ collection: null, provider: { ...vendorCard(), keys: [keyCard({ keptIn: 'session' })] } }),
  });
  await tell({ type: 'pasteRequested' });
  expect(backend.requests('paste_key')).toEqual([]);
  expect(document.activeElement).toBe(byTestId('paste-key'));
  await press(byTestId('paste-key'));
  expect(backend.requests('paste_key')).toEqual([{ name: '', provider: null, keepIn: 'session', replace: null }]);
  expect(page()).toContain('This session’s memory: gone when you quit');
});

test.each<ErrorCode>([
  'clipboard_empty',
  'clipboard_not_text',
  'clipboard_too_large',
  'clipboard_timed_out',
  'not_a_key',
  'name_too_long',
  'dialog_open',
  'store_locked',
  'store_failed',
])('%s is said in place, and the page stays usable', async (code) => {
  let answer: () => PasteOutcome = () => {
    throw commandError(code);
  };
  await openSettings(first(), { paste_key: () => answer() });
  await press(byTestId('paste-key'));
  const facts = {
    where: '',
    subject: '',
    status: null,
    wait: null,
    store: 'keyring',
    inSettings: '',
    limit: null,
    partial: false,
  };
  expect(byTestId('message-error').textContent).toContain(words.errors[code].title(facts));
  expect(byTestId('message-error').getAttribute('role')).toBe('alert');
  answer = () => storedOutcome();
  await press(byTestId('paste-key'));
  expect(page()).toContain('Accepted. 42 models.');
});

test('whose key it is can be told by keyboard alone: the likely ones first', async () => {
  const asked: (string | null)[] = [];
  await openSettings(settingsState({ firstRun: true, providers: [ownCard()] }), {
    paste_key: ({ provider }) => {
      asked.push(provider);
      return provider === null
        ? { type: 'chooseProvider', candidates: ['deepseek'] }
        : storedOutcome({ recognised: false });
    },
  });
  await press(byTestId('paste-key'));
  const radios = () => [...document.querySelectorAll('[role="radio"]')];
  expect(radios().map((radio) => radio.querySelector('.name')?.textContent)).toEqual([
    'DeepSeek',
    'OpenAI',
    'Mistral',
    'Gateway',
  ]);
  expect(document.activeElement).toBe(radios()[0]);
  expect(button('Continue').disabled).toBe(true);
  await key('ArrowDown');
  await key('ArrowDown');
  await key('ArrowUp');
  expect(radios().map((radio) => radio.getAttribute('aria-checked'))).toEqual(['false', 'true', 'false', 'false']);
  await key('End');
  await key('Enter');
  expect(asked).toEqual([null, 'own']);
  expect(page()).toContain('OpenAI, chosen by you');
});

test('to choose is not a must: Escape leaves, and nothing was asked', async () => {
  const { backend } = await openSettings(settingsState(), {
    paste_key: () => ({ type: 'chooseProvider', candidates: [] }),
  });
  await press(byTestId('paste-key'));
  await key('Escape');
  expect(document.querySelector('[role="radiogroup"]')).toBeNull();
  expect(backend.requests('paste_key')).toHaveLength(1);
});

test('a key that the provider refuses stays put away, and can be verified again', async () => {
  const { backend } = await openSettings(first(), {
    paste_key: () =>
      storedOutcome({
        verification: { type: 'failed', error: commandError('key_rejected', { host: 'api.openai.com' }) },
      }),
    verify_key: () => ({ type: 'accepted', models: 1 }),
  });
  await press(byTestId('paste-key'));
  expect(page()).toContain('api.openai.com says the key is wrong.');
  expect(page()).toContain('The key stays put away.');
  await press(byTestId('verify-key'));
  expect(backend.requests('verify_key')).toEqual([{ provider: 'openai', slot: 1 }]);
  expect(page()).toContain('Accepted. 1 model.');
});

test.each([
  [true, 'Cleared. A clipboard manager may have kept a copy.'],
  [false, 'It holds something else by now, and was left alone.'],
])('the clipboard is cleared on request (%s)', async (cleared, said) => {
  await openSettings(first(), { paste_key: () => storedOutcome(), clear_clipboard: () => cleared });
  await press(byTestId('paste-key'));
  await press(button('Clear it'));
  expect(page()).toContain(said);
  expect(page()).not.toContain('Still holds the key');
});

test.each([
  ['linux', 'Ctrl V'],
  ['windows', 'Ctrl V'],
  ['macos', '⌘V'],
] as const)('the key cap of %s is %s', async (platform, cap) => {
  await openSettings(first(), {}, { platform });
  expect(byTestId('paste-key').textContent.replaceAll(/\s/g, '')).toContain(cap.replaceAll(/\s/g, ''));
});
