import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

import { commandError } from '../src/lib/backend/backend.ts';
import { pending } from '../src/lib/backend/fake.ts';
import type { SettingsState, Verification } from '../src/lib/bindings/index.ts';
import { addressFault } from '../src/lib/settings/own-provider.ts';
import { ago, day } from '../src/lib/settings/when.ts';
import { Format } from '../src/lib/words/format.ts';
import {
  button,
  byTestId,
  field,
  key,
  openSettings,
  ownCard,
  page,
  press,
  settingsState,
  settle,
  type,
  vendorCard,
} from './settings.fixture.ts';

test('the tour needs no key', async () => {
  const { backend } = await openSettings(settingsState({ firstRun: true }));
  await press(byTestId('try-demo'));
  expect(backend.requests('open_chat')).toEqual([{ demo: true }]);
});

test('that settings were set aside is told where the first run comes of it', async () => {
  await openSettings(
    settingsState({ firstRun: true }),
    {},
    {
      notices: [
        { type: 'settingsSetAside', reason: 'broken', keptAs: '/data/settings.json.broken' },
        { type: 'chatsReadOnly' },
      ],
    },
  );
  expect(page()).toContain('settings.json could not be read as settings.');
  expect(page()).toContain('/data/settings.json.broken');
  expect(page()).not.toContain('nothing can be written');
});

test('no field of the window is for a key', async () => {
  await openSettings(settingsState({ providers: [vendorCard(), ownCard({ keys: vendorCard().keys })] }));
  await press(button('Add a provider of your own'));
  const fields = [...document.querySelectorAll('input, textarea, [contenteditable]')];
  expect(
    fields.map((one) => one.getAttribute('aria-label') ?? (one as HTMLInputElement).labels?.[0]?.textContent),
  ).toEqual(['Name for the key, optional', 'Base URL', 'Name', 'Model']);
  expect(fields.every((one) => one.getAttribute('type') === 'text')).toBe(true);
});

test('nothing in the window listens for pasted text or reads the clipboard', () => {
  const folder = 'src/lib/settings';
  for (const file of readdirSync(folder)) {
    const source = readFileSync(`${folder}/${file}`, 'utf8');
    expect(source, file).not.toMatch(/onpaste|addEventListener\(\s*['"]paste|readText|clipboardData|type="password"/);
  }
});

test('the window waits in words, and an answer that comes late is not overtaken by an older one', async () => {
  const answers = [pending<SettingsState>(), pending<SettingsState>()];
  let asked = 0;
  const { tell } = await openSettings(settingsState(), {
    settings_state: () => answers[asked++]?.promise ?? settingsState(),
  });
  await tell({ type: 'changed' });
  answers[1]?.resolve(settingsState({ providers: [vendorCard('gone')] }));
  await settle();
  answers[0]?.resolve(settingsState());
  await settle();
  expect(byTestId('credential-status').textContent).toBe('Gone');
});

test('a state that can’t be had is an error with a way on', async () => {
  let fails = true;
  await openSettings(settingsState(), {
    settings_state: () => {
      if (fails) throw commandError('bad_request', { detail: 'no state' });
      return settingsState();
    },
  });
  expect(byTestId('message-error').textContent).toContain('no state');
  fails = false;
  await openSettings(settingsState());
  expect(page()).toContain('No key yet.');
});

test('the app chooses the page', async () => {
  const { tell } = await openSettings(settingsState());
  await tell({ type: 'page', page: 'about' });
  expect(page()).toContain('1.2.3');
  expect(document.querySelector('[aria-current=page]')?.textContent).toContain('About');
});

test('a key is verified in its row', async () => {
  const answer = pending<Verification>();
  const { backend } = await openSettings(settingsState({ providers: [vendorCard()] }), {
    verify_key: () => answer.promise,
  });
  await press(byTestId('verify-key'));
  expect(page()).toContain('Asking api.openai.com…');
  expect((byTestId('verify-key') as HTMLButtonElement).disabled).toBe(true);
  answer.resolve({ type: 'failed', error: commandError('key_rejected', { host: 'api.openai.com' }) });
  await settle();
  expect(byTestId('message-error').textContent).toContain('api.openai.com says the key is wrong.');
  expect(backend.requests('verify_key')).toEqual([{ provider: 'openai', slot: 1 }]);
});

test('a key is removed once the app says so, and not before', async () => {
  let providers = [vendorCard()];
  let yes = false;
  const { backend } = await openSettings(() => settingsState({ providers }), {
    remove_key: () => {
      if (yes) providers = [];
      return yes;
    },
  });
  await press(byTestId('remove-key'));
  expect(page()).toContain('You said no in the dialog. Nothing was removed.');
  expect(byTestId('credential-status').textContent).toBe('Ready');
  yes = true;
  await press(byTestId('remove-key'));
  expect(backend.requests('remove_key')).toEqual([
    { provider: 'openai', slot: 1 },
    { provider: 'openai', slot: 1 },
  ]);
  expect(page()).toContain('No key yet.');
  expect(page()).toContain('The key of OpenAI was removed.');
});

test('a key that is bound to an old address says so, and is not offered for use', async () => {
  await openSettings(settingsState({ providers: [ownCard({ keys: vendorCard().keys })] }));
  expect(page()).toContain('Its key is bound to https://api.openai.com and is not sent to the new address.');
  expect(document.querySelector('[data-testid="verify-key"]')).toBeNull();
});

test('a provider of one’s own is added, and what can’t be its address is said beside the field', async () => {
  let providers = [vendorCard()];
  const { backend } = await openSettings(() => settingsState({ providers }), {
    save_provider: ({ baseUrl }) => {
      providers = [...providers, ownCard({ baseUrl })];
      return true;
    },
  });
  await press(button('Add a provider of your own'));
  await press(button('Save'));
  expect(page()).toContain('An address is needed.');
  expect(field('Base URL').getAttribute('aria-invalid')).toBe('true');
  expect(document.activeElement).toBe(field('Base URL'));
  await type(field('Base URL'), 'http://gateway.example/v1');
  expect(page()).toContain('http:// is for this computer only.');
  await type(field('Name'), 'x'.repeat(61));
  expect(page()).toContain('Use at most 60 characters.');
  expect(backend.requests('save_provider')).toEqual([]);
  await type(field('Base URL'), ' https://gateway.example/v1 ');
  await type(field('Name'), 'Gateway');
  await press(button('Save'));
  expect(backend.requests('save_provider')).toEqual([
    { id: null, name: 'Gateway', baseUrl: 'https://gateway.example/v1', defaultModel: '', protocol: 'openai-chat' },
  ]);
  expect(page()).toContain('https://gateway.example/v1');
  expect(document.querySelector('form')).toBeNull();
});

test('an address that the app refuses, and a no in its dialog, keep what was typed', async () => {
  let answer: () => boolean = () => {
    throw commandError('address_invalid', { detail: 'port 0 can’t be used' });
  };
  await openSettings(settingsState(), { save_provider: () => answer() });
  await press(button('Add a provider of your own'));
  await type(field('Base URL'), 'https://gateway.example:0/v1');
  await press(button('Save'));
  expect(byTestId('message-error').textContent).toContain('port 0 can’t be used');
  answer = () => false;
  await press(button('Save'));
  expect(page()).toContain('Nothing was changed. You said no in the dialog.');
  expect(field('Base URL').value).toBe('https://gateway.example:0/v1');
});

test('a provider of one’s own is changed and removed from its menu', async () => {
  let providers = [ownCard()];
  const { backend } = await openSettings(() => settingsState({ providers }), {
    save_provider: ({ baseUrl }) => {
      providers = [ownCard({ baseUrl })];
      return true;
    },
    remove_provider: () => {
      providers = [];
      return true;
    },
  });
  await press(button('More for Gateway'));
  await press(button('Edit'));
  expect(field('Base URL').value).toBe('https://gateway.example/v1');
  await type(field('Base URL'), 'https://gateway.example/v2');
  await press(button('Save'));
  expect(backend.requests('save_provider')).toEqual([
    { id: 'own', name: 'Gateway', baseUrl: 'https://gateway.example/v2', defaultModel: '', protocol: 'openai-chat' },
  ]);
  await press(button('More for Gateway'));
  await press(button('Remove provider…'));
  expect(backend.requests('remove_provider')).toEqual([{ provider: 'own' }]);
  expect(page()).toContain('Gateway was removed.');
  expect(page()).toContain('No key yet.');
});

test('Escape leaves the form, and the focus goes back to what opened it', async () => {
  await openSettings(settingsState());
  await press(button('Add a provider of your own'));
  await key('Escape');
  expect(document.querySelector('form')).toBeNull();
  expect(document.activeElement).toBe(button('Add a provider of your own'));
});

test('a server of one’s own can be the first thing, with its key pasted for it', async () => {
  let providers: SettingsState['providers'] = [];
  const { backend, tell } = await openSettings(() => settingsState({ firstRun: true, providers }), {
    save_provider: () => {
      providers = [ownCard({ local: true })];
      return true;
    },
    paste_key: () => ({ type: 'declined' }),
  });
  const way = [...document.querySelectorAll('button')].find((one) =>
    one.textContent.includes('Use a server of your own'),
  );
  if (!way) throw new Error('there is no such way');
  await press(way);
  await type(field('Base URL'), 'http://127.0.0.1:8080/v1');
  await press(button('Add this server'));
  expect(page()).toContain('Your server is added.');
  await tell({ type: 'pasteRequested' });
  expect(backend.requests('paste_key')).toEqual([{ name: '', provider: 'own', keepIn: 'system', replace: null }]);
  await press(byTestId('open-chat'));
  expect(backend.requests('open_chat')).toEqual([{ demo: false }]);
});

test('a look that overtakes another hides nothing from whoever waits for the first', async () => {
  let providers: SettingsState['providers'] = [];
  const state = () => settingsState({ firstRun: true, providers });
  const looks: (() => void)[] = [];
  let slow = false;
  const { backend } = await openSettings(state, {
    settings_state: () => {
      if (!slow) return state();
      const look = pending<SettingsState>();
      looks.push(() => look.resolve(state()));
      return look.promise;
    },
    save_provider: () => {
      providers = [ownCard({ local: true })];
      return true;
    },
  });
  const way = [...document.querySelectorAll('button')].find((one) =>
    one.textContent.includes('Use a server of your own'),
  );
  if (!way) throw new Error('there is no such way');
  await press(way);
  await type(field('Base URL'), 'http://127.0.0.1:8080/v1');
  slow = true;
  await press(button('Add this server'));
  // The dialog has closed, so the window has the focus again and looks once more.
  window.dispatchEvent(new Event('focus'));
  await settle();
  expect(looks).toHaveLength(2);
  looks[0]?.();
  await settle();
  looks[1]?.();
  await settle();
  expect(page()).toContain('Your server is added.');
  expect(backend.requests('save_provider')).toHaveLength(1);
});

test.each([
  ['', 'empty'],
  ['gateway', 'notAnAddress'],
  ['localhost:8080', 'notAnAddress'],
  ['ftp://gateway.example', 'scheme'],
  ['http://gateway.example/v1', 'insecure'],
  ['http://localhost.evil.example', 'insecure'],
  ['http://127.0.0.1.evil.example', 'insecure'],
  ['https://me:secret@gateway.example', 'userInfo'],
  ['https://gateway.example/v1', null],
  ['http://localhost:1234/v1', null],
  ['http://127.0.0.1:8080/v1', null],
  ['http://[::1]:8080/v1', null],
])('of the address %s the form says %s', (address, fault) => {
  expect(addressFault(address)).toBe(fault);
});

test('the look changes at once, and goes back if it can’t be kept', async () => {
  let fails = false;
  const { backend } = await openSettings(settingsState(), {
    set_appearance: () => {
      if (fails) throw commandError('settings_not_saved');
      return null;
    },
  });
  await press(button('Appearance'));
  await press(button('Dark'));
  expect(document.documentElement.dataset.theme).toBe('dark');
  button('15').focus();
  await key('ArrowRight');
  expect(backend.requests('set_appearance')).toEqual([
    { theme: 'dark', textSize: 15 },
    { theme: 'dark', textSize: 17 },
  ]);
  fails = true;
  await press(button('Light'));
  expect(document.documentElement.dataset.theme).toBe('dark');
  expect(button('Dark').getAttribute('aria-checked')).toBe('true');
  expect(byTestId('message-error').textContent).toContain('could not be saved');
});

test('privacy & proof says where things are, where messages go, and what is in force', async () => {
  await openSettings(settingsState({ providers: [vendorCard(), ownCard({ host: '127.0.0.1:8080', local: true })] }), {
    privacy_report: () => ({
      store: { type: 'ready', collection: 'Login' },
      dataFolder: '/data/chatelaine',
      turnsPerHour: 60,
      outputTokensPerDay: 500_000,
      hosts: ['api.openai.com', '127.0.0.1:8080', 'idle.example'],
      contactDays: 30,
      contacts: [
        {
          host: 'api.openai.com',
          purpose: 'turn',
          requests: 212,
          withKey: true,
          sentBytes: 3_120_000,
          lastAt: Date.now() - 4 * 60_000,
        },
        {
          host: '127.0.0.1:8080',
          purpose: 'inquiry',
          requests: 1,
          withKey: false,
          sentBytes: 0,
          lastAt: Date.now() - 3 * 86_400_000,
        },
      ],
      sandbox: { type: 'on' },
    }),
  });
  await press(button('Privacy & proof'));
  const said = page();
  expect(said).toContain('Secret Service, “Login”. Never in plain text on disk.');
  expect(said).toContain('/data/chatelaine');
  expect(said).toMatch(
    /api\.openai\.com\s*your messages and its key\s*212 requests, 3\.1 MB sent, 4 minutes ago\s*212\s*3\.1 MB\s*4 minutes ago/,
  );
  expect(said).toMatch(
    /127\.0\.0\.1:8080\s*the question which models it has; stays here\s*1 request, 0 bytes sent, 3 days ago\s*1\s*0 bytes\s*3 days ago/,
  );
  expect(said).toMatch(/idle\.example\s*nothing in this time/);
  expect(said).toContain('runs in a sandbox');
  expect(said).toContain('500,000');
  expect(said).toContain('This engine does not know Trusted Types.');
});

test('times are said as people say them', () => {
  const format = new Format('en-GB');
  const now = new Date(2026, 10, 24, 15, 0).getTime();
  const at = (...time: [number, number, number, number?]) => new Date(2026, ...time).getTime();
  expect([
    ago(now - 20_000, now, format),
    ago(now - 60_000, now, format),
    ago(now - 4 * 60_000, now, format),
    ago(at(10, 24, 12), now, format),
    ago(at(10, 23, 12), now, format),
    ago(at(10, 15, 12), now, format),
    ago(at(8, 2, 12), now, format),
    ago(now + 5000, now, format),
  ]).toEqual([
    'just now',
    '1 minute ago',
    '4 minutes ago',
    '3 hours ago',
    'yesterday',
    '9 days ago',
    '2 September',
    'just now',
  ]);
  expect([day(now, now, format), day(at(10, 23, 23), now, format), day(at(10, 3, 9), now, format)]).toEqual([
    'today',
    'yesterday',
    '3 November',
  ]);
});
