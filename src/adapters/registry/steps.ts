/** Steps over single Avro values: each throws where the bytes are no such value. */
import { isUtf8 } from 'node:buffer';

/** The position after a value of the type that starts at `at`. Throws when the bytes are no such value. */
export type Step = (bytes: Buffer, at: number) => number;

export const malformed = (what: string): never => {
  throw new RangeError(`malformed Avro: ${what}`);
};

export const fixed =
  (size: number): Step =>
  (bytes, at) =>
    at + size <= bytes.length ? at + size : malformed('truncated');

const boolean: Step = (bytes, at) => {
  const end = fixed(1)(bytes, at);
  return (bytes[at] ?? 0) <= 1 ? end : malformed('neither true nor false');
};

const LONG_BYTES = 10;

export const long: Step = (bytes, at) => {
  for (let end = at; end < at + LONG_BYTES; end++) {
    const byte = bytes[end];
    if (byte === undefined) return malformed('truncated');
    // Of the tenth byte only one bit is left.
    if (byte < 0x80 && (byte <= 1 || end - at + 1 < LONG_BYTES)) return end + 1;
  }
  return malformed('a number of more than 64 bits');
};

/** The number between two positions, zigzag decoded; inexact beyond 53 bits, which no size or count is. */
const valueOf = (bytes: Buffer, from: number, to: number): number => {
  let raw = 0;
  for (let at = to - 1; at >= from; at--) raw = raw * 128 + ((bytes[at] ?? 0) & 0x7f);
  return raw % 2 === 0 ? raw / 2 : -(raw + 1) / 2;
};

/** avsc reads an int like a long, and would refuse to write again what does not fit. */
const int: Step = (bytes, at) => {
  const end = long(bytes, at);
  const value = valueOf(bytes, at, end);
  return value === (value | 0) ? end : malformed('an int of more than 32 bits');
};

export const sized: Step = (bytes, at) => {
  const start = long(bytes, at);
  const size = valueOf(bytes, at, start);
  return size >= 0 && start + size <= bytes.length ? start + size : malformed('a size beyond the end');
};

export const string: Step = (bytes, at) => {
  const end = sized(bytes, at);
  for (let byte = long(bytes, at); byte < end; byte++) {
    if ((bytes[byte] ?? 0) >= 0x80) return isUtf8(bytes.subarray(byte, end)) ? end : malformed('no UTF-8');
  }
  return end;
};

/** Blocks of items: a count, or a negative count and the bytes that follow. Items take at least one byte. */
export const blocks =
  (item: Step): Step =>
  (bytes, at) => {
    for (;;) {
      let next = long(bytes, at);
      const count = valueOf(bytes, at, next);
      if (count === 0) return next;
      const sizeAt = next;
      if (count < 0) next = long(bytes, next);
      const start = next;
      for (let left = Math.abs(count); left > 0; left--) {
        const end = item(bytes, next);
        if (end === next) return malformed('items of no size');
        next = end;
      }
      if (count < 0 && valueOf(bytes, sizeAt, start) !== next - start) return malformed('a block of another size');
      at = next;
    }
  };

export const symbol =
  (count: number): Step =>
  (bytes, at) => {
    const end = long(bytes, at);
    const index = valueOf(bytes, at, end);
    return index >= 0 && index < count ? end : malformed('no such symbol');
  };

export const union =
  (branches: readonly Step[]): Step =>
  (bytes, at) => {
    const next = long(bytes, at);
    const branch = branches[valueOf(bytes, at, next)];
    return branch ? branch(bytes, next) : malformed('no such branch');
  };

/** By Avro's name. */
export const PRIMITIVES: Readonly<Record<string, Step>> = {
  null: (_, at) => at,
  boolean,
  int,
  long,
  float: fixed(4),
  double: fixed(8),
  bytes: sized,
  string,
};
