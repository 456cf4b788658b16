import { Channel, invoke } from '@tauri-apps/api/core';

import type { Arguments, Backend, Command, Result } from './backend.ts';

/** The app that the window belongs to. */
export const tauri: Backend = {
  call<C extends Command>(name: C, ...rest: Arguments<C>): Promise<Result<C>> {
    const [request, onEvent] = rest as [unknown?, ((event: unknown) => void)?];
    const payload: Record<string, unknown> = {};
    if (request !== undefined && request !== null) payload.request = request;
    if (onEvent) {
      const events = new Channel<unknown>();
      events.onmessage = onEvent;
      payload.events = events;
    }
    return invoke<Result<C>>(name, payload);
  },
};
