/** The bytes of an Avro value, read strictly by the specification: whatever is no value throws. */
import { isUtf8 } from 'node:buffer';

export interface Cursor {
  readonly bytes: Buffer;
  at: number;
}

export const malformed = (what: string): never => {
  throw new RangeError(`malformed Avro: ${what}`);
};

/** Steps over so many bytes; returns where they begin. */
export const take = (cursor: Cursor, size: number): number => {
  const start = cursor.at;
  if (size < 0 || start + size > cursor.bytes.length) return malformed('truncated');
  cursor.at = start + size;
  return start;
};

const LAST_BYTE = 9;

/** A zigzag number of at most 64 bits. Exact within 2^53; beyond, near enough to be told from any size or index. */
export const long = (cursor: Cursor): number => {
  const first = nextByte(cursor);
  // The lowest bit is the sign. It is kept apart, for a number may have 54 bits with it.
  let magnitude = (first & 0x7f) >> 1;
  let scale = 64;
  let byte = first;
  for (let i = 1; byte >= 0x80; i += 1) {
    byte = nextByte(cursor);
    if (i > LAST_BYTE || (i === LAST_BYTE && byte > 1)) return malformed('a number of more than 64 bits');
    magnitude += (byte & 0x7f) * scale;
    scale *= 128;
  }
  return (first & 1) === 0 ? magnitude : -magnitude - 1;
};

const nextByte = (cursor: Cursor): number => {
  const byte = cursor.bytes[cursor.at] ?? malformed('truncated');
  cursor.at += 1;
  return byte;
};

export const int = (cursor: Cursor): number => {
  const value = long(cursor);
  return value === (value | 0) ? value : malformed('an int of more than 32 bits');
};

/** What is read as a number must be one exactly. The bound is where the client library of this system ends. */
export const exactLong = (cursor: Cursor): number => {
  const value = long(cursor);
  return Math.abs(value) < Number.MAX_SAFE_INTEGER ? value : malformed('a long of more than 53 bits');
};

export const boolean = (cursor: Cursor): boolean => {
  const byte = cursor.bytes[take(cursor, 1)] ?? 0;
  return byte > 1 ? malformed('a boolean that is neither 0 nor 1') : byte === 1;
};

export const bytes = (cursor: Cursor): Buffer => {
  const start = take(cursor, long(cursor));
  return cursor.bytes.subarray(start, cursor.at);
};

export const string = (cursor: Cursor): string => {
  const text = bytes(cursor);
  return isUtf8(text) ? text.toString('utf8') : malformed('no UTF-8');
};

/** Blocks of items, each with its count, or with a negative count and its size. An item takes at least one byte. */
export const blocks = (cursor: Cursor, item: (cursor: Cursor) => void): void => {
  for (let count = long(cursor); count !== 0; count = long(cursor)) {
    const size = count < 0 ? long(cursor) : null;
    const start = cursor.at;
    if (Math.abs(count) > cursor.bytes.length - start) malformed('more items than bytes');
    for (let left = Math.abs(count); left > 0; left -= 1) {
      const before = cursor.at;
      item(cursor);
      if (cursor.at === before) malformed('an item of no size');
    }
    if (size !== null && size !== cursor.at - start) malformed('a block of another size');
  }
};
