/**
 * Reading BSON makes a new string of every member name and every value; of profiles that is a third of all the memory a
 * member allocates, and mostly the same few names, systems, currencies and event ids again. Here short ones are made once.
 */
import { BSON } from 'mongodb';

/** A power of two. Each slot keeps the latest string that fell on it. */
const SLOTS = 8_192;

/** Long enough for the name of a member and for a UUID. */
const MAX_BYTES = 40;

type ToText = (bytes: Uint8Array, start: number, end: number, fatal: boolean) => string;

/** Remembers short ASCII strings; asks `decode` for all others. */
export const createSharedStrings = (decode: ToText): ToText => {
  const known = new Array<string>(SLOTS).fill('');
  return (bytes, start, end, fatal) => {
    const length = end - start;
    if (length > MAX_BYTES) return decode(bytes, start, end, fatal);
    const slot = slotOf(bytes, start, end);
    const candidate = known[slot] ?? '';
    if (isText(candidate, bytes, start, length)) return candidate;
    // Only ASCII can be compared byte by byte.
    if (!Buffer.isBuffer(bytes) || !isAscii(bytes, start, end)) return decode(bytes, start, end, fatal);
    return (known[slot] = bytes.toString('latin1', start, end));
  };
};

/** Names differ in their first letters, identifiers in their last ones: the middle need not be read twice. */
const HASHED = { first: 4, last: 8 };

const slotOf = (bytes: Uint8Array, start: number, end: number): number => {
  let hash = end - start;
  const last = end - HASHED.last;
  for (let at = start; at < end; at += 1) {
    if (at === start + HASHED.first && at < last) at = last;
    hash = (Math.imul(hash, 31) + (bytes[at] ?? 0)) | 0;
  }
  return (hash ^ (hash >>> 15)) & (SLOTS - 1);
};

const isAscii = (bytes: Uint8Array, start: number, end: number): boolean => {
  for (let at = start; at < end; at += 1) if ((bytes[at] ?? 0x80) > 0x7f) return false;
  return true;
};

const isText = (text: string, bytes: Uint8Array, start: number, length: number): boolean => {
  if (text.length !== length) return false;
  for (let at = 0; at < length; at += 1) if (text.charCodeAt(at) !== bytes[start + at]) return false;
  return true;
};

/** The reader of the driver's BSON library, which it exports for this; once a process is enough. */
const { ByteUtils } = BSON;
const toText = ByteUtils.toUTF8;
ByteUtils.toUTF8 = createSharedStrings(toText);
