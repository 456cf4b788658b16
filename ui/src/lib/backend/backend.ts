import type { CommandError, Commands, ErrorCode } from '../bindings/index.ts';

export type Command = keyof Commands;
export type Result<C extends Command> = Commands[C]['result'];
export type EventOf<C extends Command> = Commands[C]['events'];

type Request<C extends Command> = [Commands[C]['request']] extends [null] ? [] : [request: Commands[C]['request']];

/** What a call needs beside its name: its request if it takes one, and who hears its events if it has any. */
export type Arguments<C extends Command> = [Commands[C]['events']] extends [null]
  ? Request<C>
  : [request: Commands[C]['request'], onEvent: (event: Commands[C]['events']) => void];

/** The only way out of a window. */
export interface Backend {
  /** Rejects with a `CommandError`. */
  call<C extends Command>(name: C, ...rest: Arguments<C>): Promise<Result<C>>;
}

/** An error of which no more is known than this. */
export function commandError(code: ErrorCode, more: Partial<CommandError> = {}): CommandError {
  return {
    code,
    host: null,
    subject: null,
    status: null,
    retryAfterSeconds: null,
    limit: null,
    detail: null,
    ...more,
  };
}

/** What a rejected call was rejected with. What is no `CommandError` comes from the border itself. */
export function asCommandError(reason: unknown): CommandError {
  if (typeof reason === 'object' && reason !== null && 'code' in reason) return reason as CommandError;
  return commandError('bad_request', { detail: reason instanceof Error ? reason.message : String(reason) });
}
