import { createContext } from 'svelte';

import type { Backend } from '../backend/backend.ts';
import type { AppInfo } from '../bindings/index.ts';
import { Format } from '../words/format.ts';

/** What every component of a window may need. */
export interface App {
  backend: Backend;
  info: AppInfo;
  format: Format;
}

export const [getApp, setApp] = createContext<App>();

export function makeApp(backend: Backend, info: AppInfo): App {
  return { backend, info, format: new Format(info.locale) };
}
