/** Families of input logs: every way to fill topics of given lengths from an alphabet of events. */
import type { Event, Logs } from './world.ts';

type Alphabet = readonly (Event | null)[];

const event = (field: number, at: number): Event => ({ field, at });

/** Duplicates, events that come too late, independent fields, and another customer's event. */
export const THREE_FIELDS: Alphabet = [null, event(0, 1), event(0, 2), event(1, 1), event(2, 1)];
export const TWO_FIELDS: Alphabet = [null, event(0, 1), event(0, 2), event(1, 1)];

/** All logs with `inA` records in topic A and `inB` in topic B. Those that differ only in the names of fields are one. */
export const logsOf = (inA: number, inB: number, alphabet: Alphabet): Logs[] => {
  const found = new Map<string, Logs>();
  for (const a of sequences(inA, alphabet)) {
    for (const b of sequences(inB, alphabet)) {
      const logs = renamed([a, b]);
      found.set(JSON.stringify(logs), logs);
    }
  }
  return [...found.values()];
};

const sequences = (length: number, alphabet: Alphabet): Alphabet[] =>
  length === 0 ? [[]] : sequences(length - 1, alphabet).flatMap((start) => alphabet.map((next) => [...start, next]));

/** Fields are numbered in the order in which they appear. */
const renamed = (logs: Logs): Logs => {
  const numbers = new Map<number, number>();
  return logs.map((log) =>
    log.map((each) => {
      if (each === null) return null;
      const number = numbers.get(each.field) ?? numbers.size;
      numbers.set(each.field, number);
      return event(number, each.at);
    }),
  );
};

/** Topic B erases, topic A sets other fields before or after. Field 0 is when the customer was erased. */
export const ERASURES: readonly Logs[] = [null, event(1, 1), event(1, 2)].flatMap((first) =>
  [null, event(1, 1), event(2, 1)].map((second): Logs => [[first, second], [event(0, 1)]]),
);

/** One event in each topic, on different fields. */
export const ONE_EACH: readonly Logs[] = [[[event(0, 1)], [event(1, 1)]]];
/** Two events in topic A and one in topic B, each on a field of its own. */
export const TWO_AND_ONE: readonly Logs[] = [[[event(0, 1), event(1, 1)], [event(2, 1)]]];
