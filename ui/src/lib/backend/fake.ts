import type { Commands } from '../bindings/index.ts';
import type { Arguments, Backend, Command, EventOf, Result } from './backend.ts';

/** Answers one command. `emit` sends an event, now or later. */
export type Answer<C extends Command> = (
  request: Commands[C]['request'],
  emit: (event: EventOf<C>) => void,
) => Result<C> | Promise<Result<C>>;

export type Script = { [C in Command]?: Answer<C> };

export interface Call {
  name: Command;
  request: unknown;
}

/** A backend that follows a script, and remembers what it was asked. What the script does not know is refused. */
export class FakeBackend implements Backend {
  readonly calls: Call[] = [];
  readonly script: Script;

  constructor(script: Script = {}) {
    this.script = script;
  }

  async call<C extends Command>(name: C, ...rest: Arguments<C>): Promise<Result<C>> {
    const [request = null, onEvent] = rest as [unknown?, ((event: unknown) => void)?];
    this.calls.push({ name, request });
    const answer = this.script[name] as Answer<C> | undefined;
    if (!answer) throw new Error(`the script has no answer to ${name}`);
    return answer(request as Commands[C]['request'], (event) => onEvent?.(event));
  }

  /** The requests of one command, in order. */
  requests<C extends Command>(name: C): Commands[C]['request'][] {
    return this.calls.filter((call) => call.name === name).map((call) => call.request as Commands[C]['request']);
  }
}

/** A promise that a test settles when it likes. */
export function pending<T>(): { promise: Promise<T>; resolve: (value: T) => void; reject: (reason: unknown) => void } {
  let resolve!: (value: T) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
