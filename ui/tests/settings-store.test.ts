import { expect, test, vi } from 'vitest';

import type { KeyState, StoreState } from '../src/lib/bindings/index.ts';
import { button, byTestId, openSettings, page, press, settingsState, settle, vendorCard } from './settings.fixture.ts';

const absent = {
  type: 'absent',
  reason: 'noService',
  install: 'sudo apt install gnome-keyring',
  distribution: 'Debian and Ubuntu',
} satisfies StoreState;

const stores: [StoreState, string[]][] = [
  [{ type: 'ready', collection: 'Login' }, ['Secret Service']],
  [{ type: 'new' }, ['Secret Service']],
  [{ type: 'locked', collection: 'Login' }, ['Your keyring is locked.', '“Login”', 'Unlock']],
  [{ type: 'locked', collection: null }, ['Your keyring is locked.', 'Unlock']],
  [{ type: 'dismissed' }, ['You dismissed the prompt.', 'Nothing was changed or deleted.', 'Try again']],
  [{ type: 'timedOut' }, ['Your keyring does not answer.', 'Try again']],
  [{ type: 'failed', detail: 'the daemon went away' }, ['Your keyring failed.', 'the daemon went away', 'Look again']],
  [absent, ['Best: install a keyring', 'Debian and Ubuntu', 'sudo apt install gnome-keyring', 'Look again']],
  [{ ...absent, install: null, distribution: null }, ['GNOME Keyring, KWallet and KeePassXC']],
  [{ ...absent, reason: 'noBus' }, ['desktop session', 'dbus-run-session']],
];

test.each(stores)('first run and keys page both say what is with the store: %o', async (store, said) => {
  for (const firstRun of [true, false]) {
    await openSettings(settingsState({ firstRun, store }));
    for (const words of said) expect(page()).toContain(words);
  }
});

test('a store without a collection says that its own dialog comes first, before it comes', async () => {
  await openSettings(settingsState({ firstRun: true, store: { type: 'new' } }));
  expect(page()).toContain('your keyring opens its own dialog for a new password');
});

const keyStates: [KeyState, string, string | null][] = [
  ['ready', 'Ready', null],
  ['locked', 'Locked', 'Your keyring is locked'],
  ['dismissed', 'Dismissed', 'You dismissed the prompt'],
  ['storeAbsent', 'No keyring', 'This session has no keyring'],
  ['storeTimedOut', 'No answer', 'does not answer'],
  ['storeFailed', 'Failed', 'Your keyring failed'],
  ['gone', 'Gone', 'is no longer there'],
];

test.each(keyStates)('a key that is %s says so, and why', async (state, pill, why) => {
  await openSettings(settingsState({ providers: [vendorCard(state)] }));
  expect(byTestId('credential-status').textContent).toBe(pill);
  if (why !== null) expect(page()).toContain(why);
  // A locked key never looks like a missing one.
  if (state !== 'gone') expect(page()).not.toMatch(/no longer there|No key yet/);
});

test('a dismissed prompt stays told though a look finds the store merely locked', async () => {
  const { backend, tell } = await openSettings(
    settingsState({ store: { type: 'locked', collection: 'Login' }, providers: [vendorCard('locked')] }),
    { unlock_store: () => ({ type: 'dismissed' }) },
  );
  await press(button('Unlock'));
  await tell({ type: 'changed' });
  expect(byTestId('credential-status').textContent).toBe('Dismissed');
  await press(button('Try again'));
  expect(backend.requests('unlock_store')).toHaveLength(2);
});

test('an unlocked store shows its keys ready', async () => {
  let locked = true;
  await openSettings(
    () =>
      locked
        ? settingsState({ store: { type: 'locked', collection: null }, providers: [vendorCard('locked')] })
        : settingsState({ providers: [vendorCard()] }),
    {
      unlock_store: () => {
        locked = false;
        return { type: 'ready', collection: 'Login' };
      },
    },
  );
  await press(button('Unlock'));
  expect(byTestId('credential-status').textContent).toBe('Ready');
  expect(page()).toContain('Your keyring is unlocked.');
});

test('a store that starts later is found without a restart', async () => {
  let store: StoreState = absent;
  await openSettings(() => settingsState({ firstRun: true, store }));
  await press(button('Look again'));
  expect(page()).toContain('No keyring to put a key in.');
  store = { type: 'new' };
  await press(button('Look again'));
  expect(page()).toContain('Bring a key, or none at all.');
});

test('the command can be copied', async () => {
  const writeText = vi.fn(async () => undefined);
  vi.stubGlobal('navigator', Object.assign(Object.create(navigator) as Navigator, {}));
  Object.defineProperty(navigator, 'clipboard', { value: { writeText }, configurable: true });
  await openSettings(settingsState({ firstRun: true, store: absent }));
  await press(button('Copy'));
  await settle();
  expect(writeText).toHaveBeenCalledExactlyOnceWith('sudo apt install gnome-keyring');
  expect(button('Copied')).toBeTruthy();
  vi.unstubAllGlobals();
});
