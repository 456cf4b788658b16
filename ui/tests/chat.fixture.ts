import { mount, unmount } from 'svelte';
import { afterEach, beforeEach } from 'vitest';

import { makeApp } from '../src/lib/app/context.ts';
import { FakeBackend, type Script } from '../src/lib/backend/fake.ts';
import type { AppInfo } from '../src/lib/bindings/index.ts';
import ChatWindow from '../src/lib/conversation/ChatWindow.svelte';
import { demoModel, demoModels } from './samples.ts';

export const info: AppInfo = {
  version: '0.5.2',
  platform: 'linux',
  locale: 'en-GB',
  storeName: 'Secret Service',
  appearance: { theme: 'dark', textSize: 17 },
  notices: [],
};

export const chat = { id: 'c', title: 'A chat', updatedAt: Date.now(), running: false };

let open: object | null = null;

beforeEach(() => {
  window.matchMedia = (media: string) =>
    Object.assign(new EventTarget(), { matches: false, media }) as unknown as MediaQueryList;
});

afterEach(async () => {
  if (open) await unmount(open);
  open = null;
  document.body.replaceChildren();
});

/** Opens the wide chat window, with one chat and the demo. */
export function openChat(script: Script): FakeBackend {
  const backend = new FakeBackend({
    watch_app: () => null,
    list_conversations: () => [chat],
    list_models: () => ({ selected: demoModel, local: [], groups: [demoModels] }),
    ...script,
  });
  open = mount(ChatWindow, { target: document.body, props: { app: makeApp(backend, info) } });
  return backend;
}
