/** One dead letter held against the message that it is of. */
import type { LogRecord } from './types.ts';
import { attemptsIn } from './inputs.ts';

type Headers = LogRecord['headers'];

/** What is added to a message. */
const ADDED = ['reason', 'field', 'detail', 'topic', 'partition', 'offset', 'timestamp', 'attempt'].map(
  (name) => `dlq-${name}`,
);

/** Where a letter was first that has moved within its topic. */
const MOVED = 'dlq-first-offset';

/** What a letter must say of its message besides the reason. */
export interface Received extends Pick<LogRecord, 'key' | 'value' | 'headers'> {
  readonly arrivedAt: number;
  readonly attempts: number;
}

export const receivedIn = (record: LogRecord): Received => {
  const { key, value, headers, timestamp } = record;
  return { key, value, headers, arrivedAt: timestamp, attempts: attemptsIn(record) };
};

/** As a message is received of which nothing may be kept. */
export const bare = ({ arrivedAt, attempts }: Pick<Received, 'arrivedAt' | 'attempts'>): Received => ({
  ...{ key: null, value: null, headers: {} },
  ...{ arrivedAt, attempts },
});

/** What of a letter is not as it was received. */
export const alteredIn = (letter: LogRecord, received: Received): string[] => [
  ...(same(letter.key, received.key) ? [] : ['key']),
  ...(same(letter.value, received.value) ? [] : ['value']),
  ...alteredHeaders(letter, received),
];

const same = (a: Buffer | null, b: Buffer | null): boolean => (a === null || b === null ? a === b : a.equals(b));

/** Names of headers that are not as they must be. */
const alteredHeaders = (
  { headers: letter, offset }: LogRecord,
  { headers, arrivedAt, attempts }: Received,
): string[] => {
  const moved = last(letter, MOVED);
  const hasMoved = letter[MOVED] !== undefined && /^\d+$/.test(moved) && Number(moved) < offset;
  const expected: Headers = {
    ...headers,
    ...(hasMoved ? { [MOVED]: letter[MOVED] } : {}),
    'dlq-timestamp': String(arrivedAt),
    'dlq-attempt': String(attempts + 1),
  };
  // Topic, partition and offset are how the letter was found; reason and field are judged by themselves.
  const judged = ADDED.filter((name) => name !== 'dlq-timestamp' && name !== 'dlq-attempt');
  return [...new Set([...Object.keys(letter), ...Object.keys(expected)])].filter(
    (name) => !judged.includes(name) && bytesOf(letter, name) !== bytesOf(expected, name),
  );
};

/** Also headers with names that every object has, and those that have no value. */
const bytesOf = (headers: Headers, name: string): string =>
  JSON.stringify(
    Object.hasOwn(headers, name)
      ? [headers[name]].flat().map((value) => value && Buffer.from(value).toString('base64'))
      : 'none',
  );

/** The last one: whoever adds a header that is there already comes after. */
export const last = (headers: Headers, name: string): string => [headers[name]].flat().at(-1)?.toString() ?? '';
