import { mount, type Component } from 'svelte';

import { asCommandError, type Backend } from '../backend/backend.ts';
import { applyAppearance } from './appearance.ts';
import BootFailure from './BootFailure.svelte';
import { makeApp, type App } from './context.ts';

/** Opens a window: asks what it must know, shows it, and tells the app once it has been painted. Never leaves it blank. */
export async function boot(backend: Backend, target: Element, Window: Component<{ app: App }>): Promise<void> {
  try {
    const info = await backend.call('app_info');
    applyAppearance(info.appearance);
    document.documentElement.lang = 'en';
    mount(Window, { target, props: { app: makeApp(backend, info) } });
  } catch (reason) {
    target.replaceChildren();
    const error = asCommandError(reason);
    mount(BootFailure, { target, props: { detail: error.detail ?? error.code } });
  }
  afterPaint(() => void backend.call('window_ready').catch(() => undefined));
}

/** Two frames: the first may still be under way. */
function afterPaint(then: () => void): void {
  requestAnimationFrame(() => requestAnimationFrame(then));
}
