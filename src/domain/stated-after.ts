/** What is left of parts of what is known when all that was stated up to a time is gone. */
import type { Keyed } from './keyed.ts';
import { type Register, type Registers, statedAfter } from './register.ts';

/** `upTo`: until when, ms, of an entry. */
export const registersAfter = <T>(registers: Keyed<Register<T>>, upTo: (key: string) => number): Keyed<Register<T>> =>
  entriesAfter(registers, (register, key) => statedAfter(register, upTo(key)));

export const fieldsAfter = <T extends object>(registers: Registers<T>, time: number): Registers<T> =>
  registersAfter(registers as Keyed<Register<unknown>>, () => time) as Registers<T>;

export const entriesAfter = <T>(entries: Keyed<T>, after: (entry: T, key: string) => T | null): Keyed<T> =>
  Object.fromEntries(
    Object.entries(entries).flatMap(([key, entry]) => {
      const left = after(entry, key);
      return left === null ? [] : [[key, left]];
    }),
  );
