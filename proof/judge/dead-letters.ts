/** Every refused message has one dead letter in its place, and it is the message, with the reason. */
import { deadLetterTopic, REASONS } from './contracts.ts';
import type { Find } from './findings.ts';
import { coordinates, type Inputs, type RefusedInput } from './inputs.ts';
import type { Evidence, LogRecord } from './types.ts';
import { customerOf } from './verdict.ts';

type Headers = LogRecord['headers'];

/** What is added to a message. */
const ADDED = ['reason', 'field', 'detail', 'topic', 'partition', 'offset', 'timestamp', 'attempt'].map(
  (name) => `dlq-${name}`,
);

/** A note that a letter was sent again, left behind by that command; it gives no reason and is no letter. */
const isNote = ({ headers }: LogRecord): boolean =>
  headers['dlq-redriven'] !== undefined && headers['dlq-reason'] === undefined;

/** Returns the number of dead letters. */
export const checkDeadLetters = async (
  records: Evidence['deadLetters'],
  { refused }: Inputs,
  find: Find,
): Promise<number> => {
  const seen = new Set<string>();
  let count = 0;
  for await (const letter of records) {
    if (isNote(letter)) continue;
    count += 1;
    const reason = last(letter.headers, 'dlq-reason');
    const source = ['topic', 'partition', 'offset'].map((name) => last(letter.headers, `dlq-${name}`)).join(':');
    const customerId = customerOf(letter);
    if (!REASONS.includes(reason)) find('dead-letter-infrastructure', customerId, `${coordinates(letter)}: ${reason}`);
    const input = refused.get(source);
    if (input === undefined) find('dead-letter-unexpected', customerId, `${coordinates(letter)} of ${source}`);
    else if (seen.has(source)) find('dead-letter-repeated', customerId, `${coordinates(letter)} of ${source}`);
    else compare(letter, input, source, find);
    seen.add(source);
  }
  for (const [source, { record, reason }] of refused) {
    if (!seen.has(source)) find('dead-letter-missing', customerOf(record), `${source}, ${reason}`);
  }
  return count;
};

const compare = (letter: LogRecord, { record, reason, field }: RefusedInput, source: string, find: Find): void => {
  const customerId = customerOf(record);
  if (letter.topic !== deadLetterTopic(record.topic) || letter.partition !== record.partition) {
    find('dead-letter-misplaced', customerId, `${source} in ${coordinates(letter)}`);
  }
  const altered = [
    ...(same(letter.key, record.key) ? [] : ['key']),
    ...(same(letter.value, record.value) ? [] : ['value']),
    ...alteredHeaders(letter.headers, record),
  ];
  if (altered.length > 0) find('dead-letter-altered', customerId, `${source}: ${altered.join(', ')}`);
  const given = last(letter.headers, 'dlq-reason');
  if (given !== reason) {
    if (REASONS.includes(given)) find('dead-letter-reason', customerId, `${source}: ${given}, should be ${reason}`);
  } else if (last(letter.headers, 'dlq-field') !== (field ?? '')) {
    find('dead-letter-reason', customerId, `${source}: the field should be ${field ?? 'none'}`);
  }
};

const same = (a: Buffer | null, b: Buffer | null): boolean => (a === null || b === null ? a === b : a.equals(b));

/** Names of headers that are not as they must be. */
const alteredHeaders = (letter: Headers, record: LogRecord): string[] => {
  const attempts = Number(last(record.headers, 'dlq-attempt'));
  const expected: Headers = {
    ...record.headers,
    'dlq-timestamp': String(record.timestamp),
    'dlq-attempt': String((Number.isSafeInteger(attempts) && attempts > 0 ? attempts : 0) + 1),
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
const last = (headers: Headers, name: string): string => [headers[name]].flat().at(-1)?.toString() ?? '';
