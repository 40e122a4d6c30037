/** Mutations that know nothing of what the bytes mean. */
import { type Mutation, randomBytes, spliced, type Subject } from './mutation.ts';

/** Of a value that has bytes. */
const ofBytes =
  (change: (bytes: Buffer, subject: Subject) => Buffer): Mutation =>
  (message, subject) =>
    message.value === null || message.value.length === 0
      ? message
      : { ...message, value: change(message.value, subject) };

/** A stretch of a value, seldom a long one. */
const stretch = ({ random }: Subject, { length }: Buffer): [start: number, end: number] => {
  const start = random.int(0, length - 1);
  return [start, Math.min(length, start + random.int(1, random.pick([1, 4, 16, length])))];
};

export const blind = {
  'flips bits': ofBytes((bytes, { random }) => {
    const copy = Buffer.from(bytes);
    for (let left = random.int(1, 4); left > 0; left--) {
      const at = random.int(0, copy.length - 1);
      copy[at] = (copy[at] ?? 0) ^ (1 << random.int(0, 7));
    }
    return copy;
  }),
  'sets bytes': ofBytes((bytes, { random }) => {
    const copy = Buffer.from(bytes);
    for (let left = random.int(1, 4); left > 0; left--) copy[random.int(0, copy.length - 1)] = random.int(0, 255);
    return copy;
  }),
  'sets a byte to an edge': ofBytes((bytes, { random }) => {
    const copy = Buffer.from(bytes);
    copy[random.int(0, copy.length - 1)] = random.pick([0, 1, 2, 0x7f, 0x80, 0xfe, 0xff]);
    return copy;
  }),
  deletes: ofBytes((bytes, subject) => spliced(bytes, ...stretch(subject, bytes))),
  inserts: ofBytes((bytes, subject) => {
    const [at] = stretch(subject, bytes);
    return spliced(bytes, at, at, randomBytes(subject.random, subject.random.int(1, 8)));
  }),
  truncates: ofBytes((bytes, { random }) => bytes.subarray(0, random.int(0, bytes.length - 1))),
  appends: ofBytes((bytes, { random }) => Buffer.concat([bytes, randomBytes(random, random.int(1, 16))])),
  repeats: ofBytes((bytes, subject) => {
    const [start, end] = stretch(subject, bytes);
    return spliced(bytes, end, end, bytes.subarray(start, end));
  }),
  clears: ofBytes((bytes, subject) => {
    const [start, end] = stretch(subject, bytes);
    return spliced(bytes, start, end, Buffer.alloc(end - start, subject.random.pick([0, 0xff])));
  }),
  'moves a stretch': ofBytes((bytes, subject) => {
    const [start, end] = stretch(subject, bytes);
    const rest = spliced(bytes, start, end);
    const at = subject.random.int(0, rest.length);
    return spliced(rest, at, at, bytes.subarray(start, end));
  }),
  'goes on as another message': ofBytes((bytes, { random, others }) => {
    const other = random.pick(others).message.value;
    const at = random.int(0, Math.min(bytes.length, other.length));
    return spliced(bytes, at, bytes.length, other.subarray(random.chance(0.7) ? at : random.int(0, other.length)));
  }),
  'takes a stretch of another message': ofBytes((bytes, subject) => {
    const other = subject.random.pick(subject.others).message.value;
    const [start, end] = stretch(subject, other);
    const [at] = stretch(subject, bytes);
    return spliced(bytes, at, at, other.subarray(start, end));
  }),
  'is random behind its header': ofBytes((bytes, { random }) =>
    spliced(bytes, 5, bytes.length, randomBytes(random, random.int(0, 200))),
  ),
} satisfies Record<string, Mutation>;
