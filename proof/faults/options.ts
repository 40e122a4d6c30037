/** What a run is asked to do: on the command line, in a test, or in a file of a run that failed. */
import { parseArgs } from 'node:util';

export const KINDS = [
  'kill',
  'pause',
  'broker',
  'mongo',
  'registry',
  'network',
  'rebalance',
  'scale',
  'clock',
] as const;
export type Kind = (typeof KINDS)[number];

export const TOPOLOGIES = ['single', 'cluster'] as const;

export interface Options {
  readonly seed: number;
  /** Faults go on for so long, and longer until everything asked for has happened. */
  readonly minutes: number;
  readonly faults: readonly Kind[];
  /** Each kind of fault lands so many times at the least. */
  readonly least: number;
  /** Messages published at the least. */
  readonly events: number;
  /** Messages published a second. */
  readonly rate: number;
  readonly customers: number;
  readonly members: number;
  readonly partitions: number;
  /** Faults under way at the same time. */
  readonly lanes: number;
  /** `single`: one broker and a replica set of one, behind proxies. `cluster`: three of each, none. */
  readonly topology: (typeof TOPOLOGIES)[number];
}

export const DEFAULTS: Options = {
  seed: 1,
  minutes: 3,
  faults: KINDS,
  least: 1,
  events: 0,
  rate: 150,
  customers: 1_000,
  members: 3,
  partitions: 6,
  lanes: 2,
  topology: 'single',
};

export interface Asked {
  readonly options: Options;
  /** Where the report goes, as Markdown; the run as JSON stands beside it. */
  readonly out: string | undefined;
}

const NUMBERS = ['seed', 'minutes', 'least', 'events', 'rate', 'customers', 'members', 'partitions', 'lanes'] as const;

/** Throws a TypeError that says what is wrong with the arguments. `read` gives the text of the file of a run to repeat. */
export const parseOptions = (args: readonly string[], read: (file: string) => string): Asked => {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...{ seed: text, minutes: text, least: text, events: text, rate: text, customers: text, members: text },
      ...{ partitions: text, lanes: text, faults: text, topology: text, replay: text, out: text },
    },
  });
  const known: Options = values.replay === undefined ? DEFAULTS : repeated(read(values.replay));
  const numbers = Object.fromEntries(
    NUMBERS.flatMap((name) => (values[name] === undefined ? [] : [[name, numberOf(name, values[name])]])),
  );
  const options = {
    ...known,
    ...numbers,
    ...(values.faults === undefined ? {} : { faults: values.faults.split(',').map(oneOf('faults', KINDS)) }),
    ...(values.topology === undefined ? {} : { topology: oneOf('topology', TOPOLOGIES)(values.topology) }),
  };
  return { options, out: values.out };
};

/** A failing run leaves its options in a file; what they do not say is as it is by default. */
export const repeated = (json: string): Options => ({ ...DEFAULTS, ...(JSON.parse(json) as Partial<Options>) });

const numberOf = (name: string, text: string): number => {
  const value = Number(text);
  if (text === '' || !Number.isFinite(value) || value < 0)
    throw new TypeError(`--${name} must be a number of 0 or more`);
  return value;
};

const oneOf =
  <const T extends readonly string[]>(name: string, all: T) =>
  (text: string): T[number] => {
    const found = all.find((each) => each === text);
    if (found === undefined) throw new TypeError(`--${name} knows ${all.join(', ')}, and not "${text}"`);
    return found;
  };
