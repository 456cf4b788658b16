import type { CommandError, LimitHit, Platform } from '../bindings/index.ts';
import { amount, next, renews, unitOf, used } from '../words/amounts.ts';
import type { LimitFacts } from '../words/en-errors.ts';
import type { Format } from '../words/format.ts';
import { words } from '../words/words.ts';
import { errorTable, type ErrorLook } from './table.ts';

/** What the person's text has come to when an error stands beside it. */
export type Safe = keyof typeof words.safe;

export interface Described extends ErrorLook {
  title: string;
  text: string;
  /** The other side's own words; plain text. */
  detail: string | null;
}

/** Puts an error into words. */
export function describe(
  error: CommandError,
  context: {
    format: Format;
    platform: Platform;
    safe?: Safe;
    /** Whether the conversation has gone on since: then there is nothing left to do about it. */
    past?: boolean;
    /** Whether it is told in the settings window itself. */
    inSettings?: boolean;
  },
): Described {
  const look = errorTable[error.code];
  const entry = words.errors[error.code];
  const facts = {
    where: error.host ?? error.subject ?? words.theProvider,
    subject: error.subject ?? error.host ?? words.theProvider,
    status: error.status,
    wait: error.retryAfterSeconds === null ? null : context.format.wait(error.retryAfterSeconds),
    store: words.store[context.platform],
    limit: error.limit === null ? null : limitFacts(error, error.limit, context.format),
    inSettings: context.inSettings ? '' : words.inSettings,
    partial: context.safe === 'partial',
  };
  return {
    ...look,
    title: sentence(entry.title(facts)),
    text: [words.safe[context.safe ?? 'none'], context.past ? '' : entry.todo(facts)].filter(Boolean).join(' '),
    detail: error.detail,
  };
}

function limitFacts({ code }: CommandError, hit: LimitHit, format: Format): LimitFacts {
  const unit = code === 'cap_turns' ? 'turns' : unitOf(hit.measure);
  const now = Date.now();
  const { period, renewsAt } = hit;
  const rolling = period === 'hour' || code === 'cap_tokens';
  return {
    all: amount(hit.limit, unit, format),
    left: hit.left > 0 ? (unit === 'dollars' ? used(hit.left, unit, format) : amount(hit.left, unit, format)) : null,
    period,
    ofOneProvider: hit.provider !== null,
    when: rolling ? next(renewsAt, now, format) : renews({ period, renewsAt }, now, format),
  };
}

/** Plain words at the start of a sentence begin with a capital; a host's name stays as it is. */
function sentence(text: string): string {
  return text.startsWith(words.theProvider) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}
