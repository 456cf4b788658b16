import type { Abilities, Effort, Options } from '../bindings/index.ts';
import type { Format } from '../words/format.ts';

/** Nothing is chosen. */
export const NO_OPTIONS: Options = { system: '', temperature: null, effort: null, stop: [], mostOutput: null };

/** Options as they are typed. */
export interface TypedOptions {
  system: string;
  temperature: string;
  effort: Effort | 'usual';
  /** One in each part, with commas between. */
  stop: string;
  mostOutput: string;
}

export interface ReadOptions {
  /** null while something can't be read. */
  options: Options | null;
  faults: { temperature: boolean; mostOutput: boolean; stop: boolean };
}

/** The longest text that ends an answer, in bytes. */
const LONGEST_STOP = 200;
const MOST_OUTPUT = 10_000_000;

export function shownOptions(options: Options, format: Format): TypedOptions {
  const number = (value: number | null) => (value === null ? '' : format.typed(value));
  return {
    system: options.system,
    temperature: number(options.temperature),
    effort: options.effort ?? 'usual',
    stop: options.stop.join(', '),
    mostOutput: number(options.mostOutput),
  };
}

/** What was typed. Of what the protocol has no place for, what was chosen before stays. */
export function readOptions(typed: TypedOptions, abilities: Abilities, format: Format): ReadOptions {
  const temperature = typed.temperature.trim() === '' ? null : format.read(typed.temperature);
  const mostOutput = typed.mostOutput.trim() === '' ? null : format.read(typed.mostOutput);
  const stop = typed.stop
    .split(',')
    .map((text) => text.trim())
    .filter((text) => text !== '');
  const bytes = (text: string) => new TextEncoder().encode(text).length;
  const isTemperature = (value: number) => value >= 0 && value <= (abilities.highestTemperature || 200) / 100;
  const isLength = (value: number) => Number.isInteger(value) && value >= 1 && value <= MOST_OUTPUT;
  const faults = {
    temperature: typed.temperature.trim() !== '' && (temperature === null || !isTemperature(temperature)),
    mostOutput: typed.mostOutput.trim() !== '' && (mostOutput === null || !isLength(mostOutput)),
    stop: stop.length > (abilities.mostStops || 16) || stop.some((text) => bytes(text) > LONGEST_STOP),
  };
  if (faults.temperature || faults.mostOutput || faults.stop) return { options: null, faults };
  const effort = typed.effort === 'usual' ? null : typed.effort;
  return { options: { system: typed.system, temperature, effort, stop, mostOutput }, faults };
}
