import { expect, test, vi } from 'vitest';

import { commandError } from '../src/lib/backend/backend.ts';
import { pending, type Script } from '../src/lib/backend/fake.ts';
import type { Updates, UpdateFaultKind, UpdateState } from '../src/lib/bindings/index.ts';
import { faultInWords, faultLooks } from '../src/lib/updates/faults.ts';
import { Format } from '../src/lib/words/format.ts';
import { words } from '../src/lib/words/words.ts';
import { button, byTestId, openSettings, page, press, settingsState, settle } from './settings.fixture.ts';
import { fault, update, updates } from './updates.fixture.ts';

let tell: (known: Updates) => Promise<void>;

async function open(known: Updates, script: Script = {}) {
  const { backend } = await openSettings(settingsState(), {
    watch_updates: (_, emit) => {
      tell = async (next) => {
        emit(next);
        await settle();
      };
      emit(known);
      return null;
    },
    ...script,
  });
  await press(button('Updates'));
  return backend;
}

const switched = () => document.querySelector<HTMLButtonElement>('[role="switch"]');
const names = () => [...document.querySelectorAll('main button')].map((one) => one.textContent.trim());

const states: [UpdateState, string, string[]][] = [
  [{ is: 'off', why: 'notBuiltIn' }, 'This build does not update itself: it was built from source', []],
  [
    { is: 'off', why: 'managed' },
    'Your package manager, or whatever else put this copy here, brings new versions',
    ['Open the release page…'],
  ],
  [{ is: 'off', why: 'switchedOff' }, 'It does not look for new versions by itself.', ['Check now', '']],
  [{ is: 'notChecked' }, 'It has not looked for a new version', ['Check now', '']],
  [{ is: 'checking' }, 'Asking whether there is a new version…', ['Check now', '']],
  [{ is: 'upToDate', older: null }, 'This is the newest version.', ['Check now', '']],
  [
    { is: 'upToDate', older: '0.0.9' },
    'The server offers 0.0.9, which is older than yours. It is left alone.',
    ['Check now', ''],
  ],
  [{ is: 'available', update }, 'Chatelaine 0.6.0 is available.', ['Check now', 'Skip this version', 'Download', '']],
  [
    { is: 'downloading', update, received: 4_100_000, total: 11_200_000 },
    '4.1 of 11.2 MB',
    ['Check now', 'Cancel', ''],
  ],
  [
    { is: 'ready', update },
    'Chatelaine 0.6.0 is ready.',
    ['Check now', 'Skip this version', 'Install and restart', ''],
  ],
  [{ is: 'installing', update }, 'Your system may ask for your password.', ['Check now', '']],
  [{ is: 'installed', update }, 'It runs after a restart.', ['Check now', 'Restart now', '']],
  [
    { is: 'failed', fault: fault('cut'), update: null },
    'The connection to the server with new versions broke off.',
    ['Check now', 'Try again', ''],
  ],
];
test.each(states)('%j is told of with what can be done', async (state, said, buttons) => {
  await open(updates(state));
  expect(page()).toContain('Chatelaine 0.5.2');
  expect(page()).toContain(said);
  expect(names()).toEqual(buttons);
  // What leaves the machine is said wherever something does.
  expect(page().includes('learns your internet address and the version you have')).toBe(switched() !== null);
});

test('each button asks for what it says', async () => {
  const done: Script = {
    check_for_update: () => null,
    download_update: () => null,
    cancel_download: () => null,
    install_update: () => null,
    skip_update: () => null,
    open_release_page: () => true,
  };
  const backend = await open(updates({ is: 'available', update }, { checkedAt: Date.now() - 4 * 60_000 }), done);
  expect(page()).toContain('Last checked 4 minutes ago.');
  expect(page()).toContain('11.2 MB.');
  await press(button('Check now'));
  await press(button('Skip this version'));
  await press(button('Download'));
  await tell(updates({ is: 'downloading', update, received: 0, total: null }));
  expect(button('Check now').disabled).toBe(true);
  await press(button('Cancel'));
  await tell(updates({ is: 'ready', update }));
  await press(button('Install and restart'));
  await tell(updates({ is: 'off', why: 'managed' }));
  await press(button('Open the release page…'));
  const asked = backend.calls.map(({ name }) => name).filter((name) => name in done);
  expect(asked).toEqual([
    'check_for_update',
    'skip_update',
    'download_update',
    'cancel_download',
    'install_update',
    'open_release_page',
  ]);
});

test('whether it looks by itself is switched, and shown as the app has it', async () => {
  const backend = await open(updates({ is: 'notChecked' }), {
    set_update_checks: ({ automatic }) => {
      void tell(updates({ is: 'off', why: 'switchedOff' }, { automatic }));
      return null;
    },
  });
  expect(switched()?.getAttribute('aria-label')).toBe('Look for new versions at start and once a day');
  expect(switched()?.getAttribute('aria-checked')).toBe('true');
  await press(switched() as HTMLElement);
  expect(backend.requests('set_update_checks')).toEqual([{ automatic: false }]);
  expect(switched()?.getAttribute('aria-checked')).toBe('false');
});

test('a skipped version can be had after all', async () => {
  const backend = await open(updates({ is: 'available', update }, { putOff: 'skipped' }), {
    download_update: () => null,
  });
  expect(page()).toContain('You skipped this version');
  expect(names()).not.toContain('Skip this version');
  await press(button('Download after all'));
  expect(backend.requests('download_update')).toHaveLength(1);
});

test('the notes are text as it was written, whatever stands in them', async () => {
  const notes =
    '# <img src=x onerror="globalThis.hit=1">\n[a](javascript:globalThis.hit=1) \u202Ereversed\u202C\n\n- one';
  await open(updates({ is: 'available', update: { ...update, notes } }));
  const shown = byTestId('update-notes');
  expect(shown.textContent).toBe(notes);
  expect(shown.children).toHaveLength(0);
  expect(shown.dir).toBe('auto');
  expect(document.querySelectorAll('main :is(img, a, script)')).toHaveLength(0);
  expect((globalThis as { hit?: number }).hit).toBeUndefined();
  await tell(updates({ is: 'available', update: { ...update, notes: ' \n' } }));
  expect(page()).toContain('Nothing was written about this version.');
});

test('a refusal is told of in its place', async () => {
  await open(updates({ is: 'ready', update }), {
    install_update: () => {
      throw commandError('turn_runs');
    },
  });
  await press(button('Install and restart'));
  expect(byTestId('message-error').textContent).toContain('An answer is being written just now.');
});

test('a page that hears nothing says so, and listens again', async () => {
  let fails = true;
  await openSettings(settingsState(), {
    watch_updates: (_, emit) => {
      if (fails) throw commandError('bad_request', { detail: 'no channel' });
      emit(updates({ is: 'upToDate', older: null }));
      return null;
    },
  });
  await press(button('Updates'));
  expect(page()).toContain('no channel');
  fails = false;
  await press(button('Try again'));
  expect(page()).toContain('This is the newest version.');
});

const kinds = Object.keys(faultLooks) as UpdateFaultKind[];
test('looks and words are of the same faults', () => {
  expect(Object.keys(words.updates.faults).sort()).toEqual([...kinds].sort());
});

test.each(kinds)('%s is said in three parts, with and without facts', (kind) => {
  const full = { host: 'updates.example.org', status: 503, found: '0.4.0', byHand: 'sudo apt install x' };
  for (const [more, wanted] of [
    [full, '0.6.0'],
    [{}, null],
  ] as const) {
    const said = faultInWords(fault(kind, more), { running: '0.5.2', wanted });
    expect(said.happened).toMatch(/^(?:[A-Z].*|updates\.example\.org .*)\.$/);
    const keeps = kind === 'half_installed' ? ' until you quit, and may not start again before this is mended' : '';
    expect(said.means).toBe(`Chatelaine 0.5.2 keeps running${keeps}; nothing of yours was touched.`);
    expect(said.todo).toMatch(/^[A-Z].*\.$/);
    expect(`${said.happened} ${said.todo}`).not.toMatch(/null|undefined|please|oops|something went wrong|!|  |\.\./i);
  }
});

test('what was found in place of the right one can’t turn the sentence around it', () => {
  const found = `\u202Emoc.live\u2066\n${'x'.repeat(500)}`;
  const { happened } = faultInWords(fault('other_product', { found }), { running: '1', wanted: '2' });
  expect(happened).not.toMatch(/[\u202A-\u202E\u2066-\u2069\n]/);
  expect(happened.length).toBeLessThan(150);
});

test('a fault on the page comes with the command that does it by hand, to be copied', async () => {
  const writeText = vi.fn(() => Promise.resolve());
  Object.defineProperty(navigator, 'clipboard', { value: { writeText }, configurable: true });
  const byHand = 'sudo apt install /tmp/<b>x</b>.deb';
  const backend = await open(updates({ is: 'failed', fault: fault('nothing_asks', { byHand }), update }), {
    install_update: () => null,
  });
  expect(byTestId('update-fault').querySelector('code')?.textContent).toBe(byHand);
  expect(byTestId('update-fault').textContent).toContain('keeps running');
  await press(button('Copy the command'));
  expect(writeText).toHaveBeenCalledWith(byHand);
  await press(button('Try again'));
  expect(backend.requests('install_update')).toHaveLength(1);
});

test('a check that failed is tried again as a check', async () => {
  const backend = await open(updates({ is: 'failed', fault: fault('host_unknown'), update: null }), {
    check_for_update: () => null,
  });
  await press(button('Try again'));
  expect(backend.requests('check_for_update')).toHaveLength(1);
});

test('the app is opened at login if one wants, and what the system refuses is told of and taken back', async () => {
  let fails = false;
  const { backend } = await openSettings(settingsState(), {
    open_at_login: () => true,
    set_open_at_login: () => {
      if (fails) throw commandError('login_item_failed');
      return null;
    },
  });
  await press(button('Appearance'));
  expect(switched()?.getAttribute('aria-label')).toBe('Open Chatelaine when you log in');
  expect(switched()?.getAttribute('aria-checked')).toBe('true');
  await press(switched() as HTMLElement);
  expect(switched()?.getAttribute('aria-checked')).toBe('false');
  fails = true;
  await press(switched() as HTMLElement);
  expect(switched()?.getAttribute('aria-checked')).toBe('false');
  expect(byTestId('message-error').textContent).toContain('could not be changed');
  fails = false;
  await press(button('Retry'));
  expect(switched()?.getAttribute('aria-checked')).toBe('true');
  expect(backend.requests('set_open_at_login')).toEqual([{ open: false }, { open: true }, { open: true }]);
});

test('diagnostics are there before they are copied, so that the copy is a part of the click', async () => {
  const writeText = vi.fn(() => Promise.resolve());
  Object.defineProperty(navigator, 'clipboard', { value: { writeText }, configurable: true });
  const answer = pending<string>();
  const { backend } = await openSettings(settingsState(), { diagnostics: () => answer.promise });
  await press(button('About'));
  expect(button('Copy diagnostics').disabled).toBe(true);
  answer.resolve('Chatelaine 1.2.3');
  await settle();
  button('Copy diagnostics').click();
  expect(writeText).toHaveBeenCalledWith('Chatelaine 1.2.3');
  expect(backend.requests('diagnostics')).toHaveLength(1);
});

test('diagnostics that can’t be had are told of, and asked for again', async () => {
  let fails = true;
  await openSettings(settingsState(), {
    diagnostics: () => {
      if (fails) throw commandError('bad_request', { detail: 'no log' });
      return 'text';
    },
  });
  await press(button('About'));
  expect(byTestId('message-error').textContent).toContain('no log');
  fails = false;
  await press(button('Try again'));
  expect(button('Copy diagnostics').disabled).toBe(false);
});

test('a day is the same day in every time zone, and what is none is not told', () => {
  const format = new Format('en-GB');
  expect(format.calendarDay('2026-11-21')).toBe('21 November 2026');
  for (const no of ['2026-02-30', '2026-13-01', '21.11.2026', '2026-11-21T00:00:00Z', ''])
    expect(format.calendarDay(no), no).toBeNull();
  expect(format.partOfBytes(4_000_000, 11_200_000)).toBe('4.0');
  expect(format.partOfBytes(412, 900)).toBe('412');
});
