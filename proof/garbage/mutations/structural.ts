/** Mutations that know where everything stands; they take the good message, whose places they know. */
import { long, sized, varint } from '../avro.ts';
import { TOLERANCE_MS } from '../cases.ts';
import { spansIn } from '../goods.ts';
import { numberAt, type Span } from '../spans.ts';
import { type Mutation, oneOf, spliced, type Subject } from './mutation.ts';

/** The value with a place of it changed; null where there is no place of this sort. */
type Change = (bytes: Buffer, spans: readonly Span[], subject: Subject) => Buffer | null;

const structural =
  (change: Change): Mutation =>
  (message, subject) => {
    const { value } = subject.good.message;
    const changed = change(value, spansIn(subject.good), subject);
    return changed === null ? message : { ...message, value: changed };
  };

const pickSpan = ({ random }: Subject, spans: readonly Span[], ...kinds: readonly Span['kind'][]): Span | null => {
  const fitting = spans.filter(({ kind }) => kinds.includes(kind));
  return fitting[random.int(0, Math.max(0, fitting.length - 1))] ?? null;
};

const NUMBERS = ['int', 'long', 'enum', 'union', 'count', 'length'] as const;

const EDGES = [
  ...[0n, 1n, -1n, 2n, 6n, 7n, 100n, 101n, 1_000n, 1_001n],
  ...[2n ** 31n - 1n, 2n ** 31n, -(2n ** 31n), -(2n ** 31n) - 1n, 2n ** 32n, 2n ** 40n, 10n ** 12n, 10n ** 12n + 1n],
  ...[
    2n ** 52n - 1n,
    2n ** 52n,
    -(2n ** 52n) - 1n,
    2n ** 53n - 2n,
    2n ** 53n,
    -(2n ** 53n),
    2n ** 60n,
    2n ** 63n - 1n,
    -(2n ** 63n),
  ],
];

const EARLIEST = Date.UTC(1900, 0, 1);
const LATEST = Date.UTC(2200, 0, 1);

const TEXTS = [
  ...['', ' ', '\0', 'a\nb', '\u0085', '__proto__', 'constructor', '$where', 'a.b', '%2E', '..'],
  ...['i'.repeat(256), 'i'.repeat(257), 't'.repeat(4_096), 't'.repeat(4_097), '🧾', '\uFEFFx', 'e\u0301', '\uFDFA'],
  ...['EUR', 'eur', '2000-02-29', '2001-02-29', '+49 30 1234567', 'nobody', 'A@B.example', 'ſ', 'İ', 'ǅ'],
];

const NO_UTF8 = [[0xff], [0xc3], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0x61, 0x80]];

/** A string with its length; `spans` lists the content right behind the length. */
const textSpan = (subject: Subject, spans: readonly Span[]): { start: number; end: number } | null => {
  const length = pickSpan(subject, spans, 'length');
  const content = length && spans[spans.indexOf(length) + 1];
  return length && content ? { start: length.start, end: content.end } : null;
};

/** A block with items: its count, where its items end, and one of them. */
const block = (subject: Subject, spans: readonly Span[]): { count: Span; item: Span; end: number } | null => {
  const item = pickSpan(subject, spans, 'item');
  if (item === null) return null;
  const counts = spans.filter(({ kind, path }) => kind === 'count' && path === item.path);
  const count = counts.findLast(({ end }) => end <= item.start);
  const end = counts.find(({ start }) => start >= item.end)?.start;
  return count && end !== undefined ? { count, item, end } : null;
};

export const structures = {
  'has another number': structural((bytes, spans, subject) => {
    const { random } = subject;
    const span = pickSpan(subject, spans, ...NUMBERS);
    if (span === null) return null;
    const { value } = numberAt(bytes, span.start);
    const said = random.chance(0.4) ? BigInt(value + random.pick([-1, 1])) : oneOf(random, EDGES);
    return spliced(bytes, span.start, span.end, long(said));
  }),
  'has a number of another length': structural((bytes, spans, subject) => {
    const span = pickSpan(subject, spans, ...NUMBERS);
    if (span === null) return null;
    const { value } = numberAt(bytes, span.start);
    return spliced(bytes, span.start, span.end, long(value, subject.random.int(2, 12)));
  }),
  'has a number beyond its bits': structural((bytes, spans, subject) => {
    const span = pickSpan(subject, spans, ...NUMBERS);
    const above = varint(2n ** BigInt(subject.random.int(60, 90)) + BigInt(subject.random.int(0, 9)));
    return span && spliced(bytes, span.start, span.end, above);
  }),
  'has a number without an end': structural((bytes, spans, subject) => {
    const span = pickSpan(subject, spans, ...NUMBERS);
    return span && spliced(bytes, span.start, span.end, Buffer.alloc(subject.random.int(1, 40), 0xff));
  }),
  'has an instant at an edge': structural((bytes, spans, subject) => {
    const { random, good } = subject;
    const span = pickSpan(subject, spans, 'long');
    const latest = good.message.timestamp + TOLERANCE_MS;
    const edges = [latest - 1, latest, latest + 1, EARLIEST - 1, EARLIEST, LATEST, LATEST + 1, 0];
    return span && spliced(bytes, span.start, span.end, long(oneOf(random, edges)));
  }),
  'has another text': structural((bytes, spans, subject) => {
    const span = textSpan(subject, spans);
    return span && spliced(bytes, span.start, span.end, sized(oneOf(subject.random, TEXTS)));
  }),
  'has a text that is not UTF-8': structural((bytes, spans, subject) => {
    const span = textSpan(subject, spans);
    return span && spliced(bytes, span.start, span.end, sized(Buffer.from(oneOf(subject.random, NO_UTF8))));
  }),
  'has a boolean that is none': structural((bytes, spans, subject) => {
    const span = pickSpan(subject, spans, 'boolean');
    return span && spliced(bytes, span.start, span.end, Buffer.of(subject.random.int(0, 255)));
  }),
  'takes a part of another message': structural((bytes, spans, subject) => {
    const { random, good, others } = subject;
    const other = random.pick(others);
    if (other.writer !== good.writer) return null;
    const span = spans[random.int(0, spans.length - 1)];
    const there = spansIn(other).filter(({ kind, path }) => kind === span?.kind && path === span.path);
    const taken = there[random.int(0, Math.max(0, there.length - 1))];
    if (span === undefined || taken === undefined) return null;
    // A text is taken with its length.
    const whole = (list: readonly Span[], one: Span): number =>
      one.kind === 'content' ? (list[list.indexOf(one) - 1]?.start ?? one.start) : one.start;
    const [from, at] = [whole(spansIn(other), taken), whole(spans, span)];
    return spliced(bytes, at, span.end, other.message.value.subarray(from, taken.end));
  }),
  'lacks a part': structural((bytes, spans, subject) => {
    const span = spans[subject.random.int(0, spans.length - 1)];
    return span ? spliced(bytes, span.start, span.end) : null;
  }),
  'has a part twice': structural((bytes, spans, subject) => {
    const span = spans[subject.random.int(0, spans.length - 1)];
    return span ? spliced(bytes, span.end, span.end, bytes.subarray(span.start, span.end)) : null;
  }),
  'has an item many times': structural((bytes, spans, subject) => {
    const { random } = subject;
    const found = block(subject, spans);
    if (found === null) return null;
    const { count, item } = found;
    const more = random.pick([1, 1, 2, 98, 99, 100, 998, 999, 1_000]);
    const total = numberAt(bytes, count.start).value + more;
    const copies = Array.from({ length: more }, () => bytes.subarray(item.start, item.end));
    return spliced(bytes, count.start, item.end, long(total), bytes.subarray(count.end, item.end), ...copies);
  }),
  'lacks an item': structural((bytes, spans, subject) => {
    const found = block(subject, spans);
    if (found === null) return null;
    const { count, item } = found;
    const left = numberAt(bytes, count.start).value - 1;
    const head = left === 0 ? [] : [long(left)];
    return spliced(bytes, count.start, item.end, ...head, bytes.subarray(count.end, item.start));
  }),
  'has a block that tells its size': structural((bytes, spans, subject) => {
    const found = block(subject, spans);
    if (found === null) return null;
    const { count, end } = found;
    const { value } = numberAt(bytes, count.start);
    const size = end - count.end + (subject.random.chance(0.3) ? subject.random.int(-3, 3) : 0);
    return spliced(bytes, count.start, count.end, long(-value), long(size));
  }),
} satisfies Record<string, Mutation>;
