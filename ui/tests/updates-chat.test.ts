import { flushSync } from 'svelte';
import { expect, test, vi } from 'vitest';

import { commandError } from '../src/lib/backend/backend.ts';
import { pending, type FakeBackend, type Script } from '../src/lib/backend/fake.ts';
import type { Block, TurnEvent, Updates, UpdateState } from '../src/lib/bindings/index.ts';
import { chat, openChat } from './chat.fixture.ts';
import { demoAnswer } from './samples.ts';
import { button, press, settle } from './settings.fixture.ts';
import { fault, update, updates } from './updates.fixture.ts';

let tell: (known: Updates) => Promise<void>;
let turn: (event: TurnEvent) => void = () => undefined;

async function open(known: Updates | null, script: Script = {}): Promise<FakeBackend> {
  const backend = openChat({
    watch_updates: (_, emit) => {
      tell = async (next) => {
        emit(next);
        await settle();
      };
      if (known) emit(known);
      return null;
    },
    start_turn: (_, emit) => {
      turn = (event) => {
        emit(event);
        flushSync();
      };
      return {
        conversation: { ...chat, running: true },
        question: 'q',
        answer: demoAnswer('a', [], { type: 'streaming' }),
      };
    },
    update_notes: () => [],
    ...script,
  });
  await settle();
  return backend;
}

const by = (id: string) => document.querySelector<HTMLElement>(`[data-testid="${id}"]`);
const banner = () => (by('update-banner')?.textContent ?? '').replace(/\s+/g, ' ').trim();
const sheet = () => (by('update-sheet')?.textContent ?? '').replace(/\s+/g, ' ').trim();
const key = async (name: string, more: KeyboardEventInit = {}) => {
  const target = document.activeElement ?? document.body;
  target.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true, ...more }));
  await settle();
};
async function write(text: string): Promise<void> {
  const field = by('composer') as HTMLTextAreaElement;
  field.value = text;
  field.dispatchEvent(new Event('input', { bubbles: true }));
  await settle();
}

async function say(text: string): Promise<void> {
  await write(text);
  by('composer')?.focus();
  await key('Enter');
}

const silent: UpdateState[] = [
  { is: 'off', why: 'notBuiltIn' },
  { is: 'off', why: 'managed' },
  { is: 'off', why: 'switchedOff' },
  { is: 'notChecked' },
  { is: 'checking' },
  { is: 'upToDate', older: '0.0.9' },
  { is: 'failed', fault: fault('cut'), update: null },
];
test.each(silent)('of $is nothing is told in the chat window', async (state) => {
  await open(updates(state));
  expect(by('update-banner')).toBeNull();
});

test('that it can’t be heard how things stand is no matter of the chat window', async () => {
  await open(null, {
    watch_updates: () => {
      throw commandError('bad_request');
    },
  });
  expect(by('update-banner')).toBeNull();
  expect(by('message-error')).toBeNull();
});

test('a version that is there is told of with its size, fetched when asked for, and put off', async () => {
  const backend = await open(updates({ is: 'available', update }), {
    download_update: () => null,
    put_off_update: () => null,
  });
  expect(banner()).toContain('Chatelaine 0.6.0 is available. 11.2 MB to download.');
  await press(button('Download'));
  expect(backend.requests('download_update')).toHaveLength(1);
  await press(button('Later'));
  expect(backend.requests('put_off_update')).toHaveLength(1);
  await tell(updates({ is: 'available', update }, { putOff: 'later' }));
  expect(by('update-banner')).toBeNull();
});

test('a button that goes with its state leaves the focus where one can go on', async () => {
  await open(updates({ is: 'available', update }), {
    download_update: () => null,
    cancel_download: () => null,
    put_off_update: () => null,
  });
  const pressed = async (name: string, next: Updates) => {
    button(name).focus();
    await press(button(name));
    await tell(next);
    expect(document.activeElement, name).toBe(by('composer'));
  };
  await pressed('Download', updates({ is: 'downloading', update, received: 0, total: null }));
  await pressed('Cancel', updates({ is: 'available', update }));
  await pressed('Later', updates({ is: 'available', update }, { putOff: 'later' }));
  // The sheet gives it back to a button that then goes.
  await tell(updates({ is: 'available', update }));
  button('What’s new').focus();
  await press(button('What’s new'));
  await press(document.activeElement as HTMLElement);
  await tell(updates({ is: 'downloading', update, received: 0, total: null }));
  expect(document.activeElement).toBe(by('composer'));
  // What changes by itself takes the focus from nobody.
  button('Cancel').focus();
  await tell(updates({ is: 'downloading', update, received: 1, total: 2 }));
  expect(document.activeElement).toBe(button('Cancel'));
});

test('a download says how far it is, without a word to a screen reader at each step', async () => {
  const backend = await open(updates({ is: 'downloading', update, received: 0, total: null }, { putOff: 'skipped' }), {
    cancel_download: () => null,
  });
  const spoken = [...document.querySelectorAll('main > [role="status"]')].map((one) => one.textContent);
  expect(spoken).toContain('Fetching Chatelaine 0.6.0…');
  const main = document.querySelector('main');
  await tell(updates({ is: 'downloading', update, received: 4_100_000, total: 11_200_000 }));
  expect(banner()).toContain('Fetching Chatelaine 0.6.0, 4.1 of 11.2 MB');
  const progress = document.querySelector('progress');
  expect(progress?.getAttribute('aria-label')).toBe('Download of Chatelaine 0.6.0');
  expect([progress?.value, progress?.max]).toEqual([4_100_000, 11_200_000]);
  for (const live of main?.querySelectorAll('[role="status"], [aria-live]') ?? [])
    expect(live.textContent).not.toContain('4.1');
  // A server that sends more than it said is told as it is: all of it.
  await tell(updates({ is: 'downloading', update, received: 99_000_000, total: 11_200_000 }));
  expect(banner()).toContain('11.2 of 11.2 MB');
  await press(button('Cancel'));
  expect(backend.requests('cancel_download')).toHaveLength(1);
});

test('what is installed runs at once, where nothing is written that would be lost', async () => {
  const backend = await open(updates({ is: 'ready', update }), { install_update: () => null });
  await press(button('Install and restart'));
  await tell(updates({ is: 'installing', update }));
  await tell(updates({ is: 'installed', update }));
  expect(backend.requests('install_update')).toHaveLength(2);
});

test('a window that comes later starts nothing again by itself', async () => {
  const backend = await open(updates({ is: 'installed', update }), { install_update: () => null });
  expect(backend.requests('install_update')).toHaveLength(0);
});

test('what is ready is installed, what is installed runs after a restart, and meanwhile nothing can be pressed', async () => {
  const backend = await open(updates({ is: 'ready', update }), {
    install_update: () => null,
    list_drafts: () => [],
    keep_draft: () => true,
  });
  await write('Not sent yet');
  await press(button('Install and restart'));
  await tell(updates({ is: 'installing', update }));
  expect(banner()).toBe('Installing Chatelaine 0.6.0… Your system may ask for your password.');
  expect(by('update-banner')?.querySelectorAll('button')).toHaveLength(0);
  await tell(updates({ is: 'installed', update }, { putOff: 'later' }));
  expect(banner()).toContain('Chatelaine 0.6.0 is installed. It runs after a restart.');
  await press(button('Restart now'));
  expect(backend.requests('install_update')).toHaveLength(2);
});

test('what a restart would lose is told before it, and a second press is heard', async () => {
  const backend = await open(updates({ is: 'installed', update }), {
    install_update: () => null,
    list_drafts: () => [],
    keep_draft: () => false,
  });
  await write('My key is …');
  await press(button('Restart now'));
  expect(banner()).toContain('A restart loses attached files, and a text that could not be kept.');
  expect(backend.requests('install_update')).toHaveLength(0);
  // A double click has not read it.
  await press(button('Restart anyway'));
  expect(backend.requests('install_update')).toHaveLength(0);
  await vi.waitFor(async () => {
    await press(button('Restart anyway'));
    expect(backend.requests('install_update')).toHaveLength(1);
  });
  // What was told of one draft is not told of the next.
  await write('');
  expect(banner()).toContain('It runs after a restart.');
});

test('the settings window asks this one for the restart, which makes it where nothing would be lost', async () => {
  let ask: () => void = () => undefined;
  const backend = await open(updates({ is: 'installed', update }), {
    watch_app: (_, emit) => {
      ask = () => emit({ type: 'restartWanted' });
      return null;
    },
    install_update: () => null,
    list_drafts: () => [],
    keep_draft: () => false,
  });
  await write('My key is …');
  ask();
  await settle();
  expect(banner()).toContain('A restart loses attached files');
  expect(backend.requests('install_update')).toHaveLength(0);
  await write('');
  await vi.waitFor(async () => {
    ask();
    await settle();
    expect(backend.requests('install_update')).toHaveLength(1);
  });
});

test('while an answer is written, nothing is installed, and the reason is to be seen', async () => {
  await open(updates({ is: 'ready', update }));
  const wait = () => by('update-banner')?.querySelector('.wait') as HTMLElement;
  expect(button('Install and restart').disabled).toBe(false);
  expect(wait().ariaHidden ?? wait().getAttribute('aria-hidden')).toBe('true');
  await say('Hello');
  expect(button('Install and restart').disabled).toBe(true);
  expect(wait().getAttribute('aria-hidden')).toBe('false');
  expect(button('Install and restart').getAttribute('aria-describedby')).toBe(wait().id);
  expect(wait().textContent).toBe('after this answer');
  turn({ type: 'finished', stopReason: 'done' });
  await settle();
  expect(button('Install and restart').disabled).toBe(false);
});

test('no banner comes up while an answer is written, but for what the person has begun', async () => {
  await open(updates({ is: 'notChecked' }));
  await say('Hello');
  await tell(updates({ is: 'available', update }));
  expect(by('update-banner')).toBeNull();
  await tell(updates({ is: 'downloading', update, received: 0, total: null }));
  expect(by('update-banner')).toBeTruthy();
  await tell(updates({ is: 'notChecked' }));
  await tell(updates({ is: 'available', update }));
  expect(by('update-banner')).toBeNull();
  turn({ type: 'finished', stopReason: 'done' });
  await settle();
  expect(banner()).toContain('is available');
});

test('an answer elsewhere that keeps it from being installed is told of', async () => {
  await open(updates({ is: 'ready', update }), {
    install_update: () => {
      throw commandError('turn_runs');
    },
  });
  await press(button('Install and restart'));
  expect(by('update-problem')?.getAttribute('role')).toBe('alert');
  expect(by('update-problem')?.textContent).toBe(
    'An answer is being written just now. Install when it is complete, or stop it first.',
  );
  await tell(updates({ is: 'installing', update }));
  expect(by('update-problem')).toBeNull();
});

test('what fails says what happened and what goes on, and is tried again where it broke', async () => {
  const backend = await open(updates({ is: 'downloading', update, received: 1, total: 2 }), {
    download_update: () => null,
    install_update: () => null,
    open_settings: () => null,
    put_off_update: () => null,
  });
  await tell(
    updates({ is: 'failed', fault: fault('cut', { host: 'updates.example.org' }), update }, { putOff: 'skipped' }),
  );
  expect(banner()).toContain(
    'The connection to updates.example.org broke off. Chatelaine 0.5.2 keeps running; nothing of yours was touched.',
  );
  await press(button('Try again'));
  expect(backend.requests('download_update')).toHaveLength(1);

  await tell(updates({ is: 'failed', fault: fault('denied', { byHand: 'sudo apt install x' }), update }));
  await press(button('Try again'));
  expect(backend.requests('install_update')).toHaveLength(1);
  await press(button('Open settings'));
  expect(backend.requests('open_settings')).toEqual([{ page: 'updates' }]);

  await press(button('Later'));
  await tell(updates({ is: 'failed', fault: fault('denied'), update }, { putOff: 'later' }));
  expect(by('update-banner')).toBeNull();
});

test('what was to be installed and is gone is fetched anew', async () => {
  const backend = await open(updates({ is: 'failed', fault: fault('installer_failed'), update }), {
    install_update: () => {
      throw commandError('update_not_there');
    },
    download_update: () => null,
  });
  await press(button('Try again'));
  expect(backend.requests('download_update')).toHaveLength(1);
});

const blocks: Block[] = [
  {
    type: 'paragraph',
    inlines: [
      { type: 'text', text: '<img src=x onerror="globalThis.hit=1">' },
      { type: 'link', url: 'https://example.com/', title: null, inlines: [{ type: 'text', text: 'more' }] },
      { type: 'link', url: 'javascript:globalThis.hit=1', title: null, inlines: [{ type: 'text', text: 'bad' }] },
    ],
  },
];

test('the sheet says what is new, its links go the way of all links, and Escape gives the focus back', async () => {
  const backend = await open(updates({ is: 'available', update }), {
    update_notes: () => blocks,
    open_link: () => true,
  });
  const opener = button('What’s new');
  opener.focus();
  await press(opener);
  expect(sheet()).toContain('What’s new in Chatelaine 0.6.0');
  expect(sheet()).toContain('Released 21 November 2026, 11.2 MB. You have 0.5.2.');
  expect(sheet()).toContain('Its signature is checked before it is installed.');
  expect(sheet()).not.toContain('Signed with');
  expect(sheet()).toContain('<img src=x onerror="globalThis.hit=1">');
  expect(document.querySelector('img')).toBeNull();
  const links = [...(by('update-sheet')?.querySelectorAll('a') ?? [])];
  expect(links.map((link) => link.getAttribute('href'))).toEqual(['https://example.com/']);
  links[0]?.click();
  expect(backend.requests('open_link')).toEqual([{ url: 'https://example.com/' }]);

  expect(by('update-sheet')?.getAttribute('aria-modal')).toBe('true');
  expect(document.querySelector('main')?.inert ?? document.querySelector('main')?.hasAttribute('inert')).toBe(true);
  expect(by('update-sheet')?.contains(document.activeElement)).toBe(true);
  expect(document.activeElement?.textContent?.trim()).toBe('Download');
  // Behind the sheet nothing happens.
  await key('n', { ctrlKey: true });
  expect(by('update-sheet')).toBeTruthy();
  await key('Escape');
  expect(by('update-sheet')).toBeNull();
  expect(document.activeElement).toBe(button('What’s new'));
});

test('Escape closes the sheet and leaves the answer alone', async () => {
  const backend = await open(updates({ is: 'ready', update }));
  await say('Hello');
  await press(button('What’s new'));
  expect(sheet()).toContain('It can be installed after this answer.');
  expect(document.activeElement?.textContent?.trim()).toBe('Later');
  await key('Escape');
  expect(by('update-sheet')).toBeNull();
  expect(backend.requests('stop_turn')).toHaveLength(0);
});

test('in the sheet a version is skipped, put off or installed', async () => {
  const backend = await open(updates({ is: 'ready', update }), {
    skip_update: () => null,
    put_off_update: () => null,
    install_update: () => null,
  });
  const inSheet = (name: string) =>
    [...(by('update-sheet')?.querySelectorAll('button') ?? [])].find(
      (one) => one.textContent.trim() === name,
    ) as HTMLElement;
  for (const name of ['Skip this version', 'Later', 'Install and restart']) {
    await press(button('What’s new'));
    expect(sheet()).toContain('Signed with the key that this app was built with.');
    await press(inSheet(name));
    expect(by('update-sheet')).toBeNull();
  }
  const asked = ['skip_update', 'put_off_update', 'install_update'] as const;
  expect(asked.map((name) => backend.requests(name).length)).toEqual([1, 1, 1]);
});

test('the sheet goes with the version that it is about, and the focus goes where one writes', async () => {
  await open(updates({ is: 'available', update }), { download_update: () => null });
  await press(button('What’s new'));
  await tell(updates({ is: 'checking' }));
  expect(by('update-sheet')).toBeNull();
  await vi.waitFor(() => expect(document.activeElement).toBe(by('composer')));
  await tell(updates({ is: 'available', update }));
  expect(by('update-sheet')).toBeNull();
});

test('notes that come late, never or empty are told of', async () => {
  const late = pending<Block[]>();
  let answer: () => Block[] | Promise<Block[]> = () => late.promise;
  await open(updates({ is: 'available', update: { ...update, date: 'soon', size: null } }), {
    update_notes: () => answer(),
  });
  await press(button('What’s new'));
  expect(sheet()).toContain('Reading what is new…');
  expect(sheet()).not.toContain('Released');
  late.reject(commandError('database_failed'));
  await settle();
  expect(by('update-sheet')?.querySelector('[role="alert"]')).toBeTruthy();
  answer = () => [];
  await press(button('Try again'));
  expect(sheet()).toContain('Nothing was written about this version.');
});
