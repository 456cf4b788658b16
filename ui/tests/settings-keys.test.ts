import { expect, test } from 'vitest';

import { commandError } from '../src/lib/backend/backend.ts';
import type { KeyCard, ProviderCard, SettingsState } from '../src/lib/bindings/index.ts';
import {
  button,
  byTestId,
  keyCard,
  openSettings,
  ownCard,
  page,
  press,
  settingsState,
  settle,
  storedOutcome,
  vendorCard,
} from './settings.fixture.ts';

const two = (more: Partial<KeyCard> = {}): ProviderCard => ({
  ...vendorCard(),
  keys: [keyCard({ name: 'Work' }), keyCard({ slot: 2, isDefault: false, name: 'Home', ...more })],
});

const withKeys = (provider: ProviderCard, more: Partial<SettingsState> = {}) =>
  settingsState({ providers: [provider], ...more });

async function choose(label: string, value: string): Promise<void> {
  const select = document.querySelector<HTMLSelectElement>(`select[aria-label="${label}"]`);
  if (!select) throw new Error(`no choice is called ${label}`);
  select.value = value;
  select.dispatchEvent(new Event('change', { bubbles: true }));
  await settle();
}

const entry = (label: string): HTMLElement => {
  const found = [...document.querySelectorAll<HTMLElement>('[role="menuitem"]')].find(
    (one) => one.textContent.trim() === label,
  );
  if (!found) throw new Error(`the menu has no ${label}`);
  return found;
};

test('each of several keys has a line of its own, and one of them is in use', async () => {
  const { backend } = await openSettings(withKeys(two()), {
    use_key: () => null,
    verify_key: () => ({ type: 'accepted', models: 3 }),
    remove_key: () => true,
  });
  const lines = [...document.querySelectorAll('[aria-label="Keys of OpenAI"] > li')];
  expect(lines.map((line) => line.getAttribute('aria-label'))).toEqual(['Work', 'Home']);
  expect(lines.map((line) => line.textContent.includes('in use'))).toEqual([true, false]);
  await press(button('Verify the key of OpenAI, Home'));
  expect(backend.requests('verify_key')).toEqual([{ provider: 'openai', slot: 2 }]);
  expect(lines[1]?.textContent).toContain('Accepted. 3 models.');
  await press(button('More for OpenAI, Home'));
  await press(entry('Use this key'));
  expect(backend.requests('use_key')).toEqual([{ provider: 'openai', slot: 2 }]);
  await press(button('Remove the key of OpenAI, Work'));
  expect(backend.requests('remove_key')).toEqual([{ provider: 'openai', slot: 1 }]);
});

test('a key is replaced where it lies, and a further one is put beside it', async () => {
  const { backend } = await openSettings(withKeys(two({ state: 'gone', keptIn: 'sealed' }), { sealed: 'open' }), {
    paste_key: () => storedOutcome({ provider: two() }),
  });
  await press(button('Paste new key for OpenAI, Home'));
  await press(button('Done'));
  await press(button('Paste another key for OpenAI'));
  expect(backend.requests('paste_key')).toEqual([
    { name: '', provider: 'openai', keepIn: 'sealed', replace: { provider: 'openai', slot: 2 } },
    { name: '', provider: 'openai', keepIn: 'system', replace: null },
  ]);
});

test('where the next key goes is the person’s choice', async () => {
  const { backend } = await openSettings(withKeys(vendorCard()), { paste_key: () => storedOutcome() });
  await choose('Where to keep the key', 'sealed');
  expect(byTestId('paste-key').textContent).toContain('Paste and seal');
  await press(byTestId('paste-key'));
  expect(backend.requests('paste_key')[0]?.keepIn).toBe('sealed');
});

test('a locked file is told of, unlocked natively, and a passphrase that is not given changes nothing', async () => {
  let state: SettingsState = withKeys(
    { ...vendorCard(), keys: [keyCard({ keptIn: 'sealed', state: 'locked' })] },
    { sealed: 'locked' },
  );
  let given = false;
  const { backend } = await openSettings(() => state, {
    unlock_sealed: () => {
      if (!given) return 'locked';
      state = { ...state, sealed: 'open', providers: [vendorCard()] };
      return 'open';
    },
    lock_sealed: () => null,
  });
  expect(page()).toContain('Your sealed file is locked, and this key lies in it.');
  const unlock = [...document.querySelectorAll('button')].filter((one) => one.textContent.trim() === 'Unlock');
  expect(unlock).toHaveLength(2);
  if (unlock[1]) await press(unlock[1]);
  expect(page()).toContain('You gave no passphrase.');
  expect(byTestId('credential-status').textContent).toBe('Dismissed');
  given = true;
  const again = [...document.querySelectorAll('button')].find((one) => one.textContent.trim() === 'Try again');
  if (again) await press(again);
  expect(byTestId('credential-status').textContent).toBe('Ready');
  expect(backend.requests('unlock_store')).toEqual([]);
  await press(button('Lock it now'));
  expect(backend.requests('lock_sealed')).toHaveLength(1);
});

test('without a keyring a key can be sealed in a file from the first page', async () => {
  const absent = { type: 'absent', reason: 'noService', install: null, distribution: null } as const;
  const { backend } = await openSettings(settingsState({ firstRun: true, store: absent }), {
    paste_key: () => ({ type: 'declined' }),
  });
  expect(page()).toContain('With a passphrase that you type once per start.');
  await press(byTestId('paste-sealed'));
  expect(backend.requests('paste_key')).toEqual([{ name: '', provider: null, keepIn: 'sealed', replace: null }]);
  await press(byTestId('try-demo'));
  expect(backend.requests('open_chat')).toEqual([{ demo: true }]);
});

test('an old key says so, with the ways to a new one', async () => {
  const old = { ...vendorCard(), keys: [keyCard({ due: true, setAt: Date.now() - 94 * 86_400_000 })] };
  const { backend } = await openSettings(withKeys(old, { rotateAfterDays: 90 }), {
    open_key_page: () => false,
    set_rotation_reminder: () => null,
    paste_key: () => ({ type: 'declined' }),
  });
  expect(page()).toContain('Set 94 days ago: time for a new one.');
  await press(button('Revoke at OpenAI…'));
  expect(backend.requests('open_key_page')).toEqual([{ provider: 'openai' }]);
  await press(button('Paste new'));
  expect(backend.requests('paste_key')[0]?.replace).toEqual({ provider: 'openai', slot: 1 });
  await press(button('Never'));
  expect(backend.requests('set_rotation_reminder')).toEqual([{ days: null }]);
});

test('a key whose provider is gone from the settings can be removed and nothing else', async () => {
  const orphan = ownCard({ orphan: true, name: 'own', keys: [keyCard()] });
  await openSettings(withKeys(orphan));
  expect(page()).toContain('Its provider is not in your settings any more');
  byTestId('remove-key');
  expect(document.querySelector('[data-testid="verify-key"]')).toBeNull();
  expect(page()).not.toContain('Add the provider again, or remove the key. Verify');
});

test('everything is removed once, and the page says what was where and what was not', async () => {
  let outcome: 'no' | 'locked' | 'yes' = 'no';
  await openSettings(withKeys(vendorCard()), {
    remove_everything: () => {
      if (outcome === 'no') return null;
      if (outcome === 'locked') throw commandError('store_locked');
      return {
        items: [
          { part: 'systemKeys', place: 'Secret Service', count: 2, outcome: { type: 'removed' } },
          { part: 'log', place: '/data/chatelaine.log', count: 0, outcome: { type: 'left', why: 'Permission denied' } },
          { part: 'webData', place: '/data/webview', count: 0, outcome: { type: 'atQuit' } },
        ],
      };
    },
  });
  await press(button('Remove everything…'));
  expect(page()).toContain('You said no in the dialog. Nothing was removed.');
  outcome = 'locked';
  await press(button('Remove everything…'));
  expect(page()).toContain('Your keyring is locked.');
  expect(page()).toContain('Nothing else was removed');
  outcome = 'yes';
  await press(button('Remove everything…'));
  expect(page()).toContain('Not everything could be removed.');
  expect(page()).toMatch(/2 keys removed\.\s*Secret Service/);
  expect(page()).toContain('It could not be removed: Permission denied. It is still there.');
  expect(page()).toContain('the files go when you quit');
});
