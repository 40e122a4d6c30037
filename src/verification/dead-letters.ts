/** Every refused message has one dead letter, in its place, and it is the message; of who was erased it says where that was, and nothing else. */
import { deadLetterTopic } from '../domain/contracts.ts';
import { REFUSAL_REASONS, type RefusalReason } from '../domain/refusal.ts';
import type { Headers, InboundRecord } from '../pipeline/ports.ts';
import type { InputLog, RefusedInput } from './inputs.ts';
import { coordinates, headersText, sameBytes } from './records.ts';
import type { Findings } from './report.ts';

/** What the pipeline adds to the headers of a message, and what a redrive leaves behind. */
const OWN = /^dlq-/;
const REDRIVE_NOTE = 'dlq-redriven';

export interface Letters {
  readonly count: number;
  /** Accepted messages, by coordinates, that were refused all the same: an erasure came first. */
  readonly erased: ReadonlySet<string>;
}

/** Whether what was said before an erasure came before it or too late only letters tell, and either is right. */
export const checkDeadLetters = async (
  records: AsyncIterable<InboundRecord>,
  log: InputLog,
  findings: Findings,
): Promise<Letters> => {
  const { refused } = log;
  const late = lateIn(log);
  const seen = new Set<string>();
  const erased = new Set<string>();
  let count = 0;
  for await (const letter of records) {
    if (isRedriveNote(letter)) continue;
    count += 1;
    const [topic, partition, offset] = ['dlq-topic', 'dlq-partition', 'dlq-offset'].map((name) => text(letter, name));
    const source = coordinates(topic ?? '', partition ?? '', offset ?? '');
    const input = refused.get(source);
    if (input === undefined && !late.has(source)) findings.add('dead-letter-unexpected', null, source);
    else if (seen.has(source)) findings.add('dead-letter-repeated', null, source);
    else {
      if (input === undefined) erased.add(source);
      const message = input?.record ?? { topic: topic ?? '', partition: Number(partition) };
      checkPlace(letter, message, input?.reason ?? BEFORE, source, findings);
      checkContent(letter, input, log, source, findings);
    }
    seen.add(source);
  }
  for (const [source, input] of refused) {
    const mayBeGone = isErasedIn(log, input.about, input.sentAt) && input.reason !== BEFORE;
    if (!seen.has(source) && !mayBeGone) findings.add('dead-letter-missing', null, source);
  }
  return { count, erased };
};

const BEFORE = 'before-erasure';

/** By coordinates, accepted messages of erased customers from before. */
const lateIn = ({ byCustomer, erasedAt }: InputLog): Set<string> => {
  const late = new Set<string>();
  for (const [customerId, erased] of erasedAt) {
    const { partition = 0, accepted = [] } = byCustomer.get(customerId) ?? {};
    for (const { topic, offset, at, mayBeErased } of accepted) {
      if (mayBeErased && at <= erased) late.add(coordinates(topic, partition, offset));
    }
  }
  return late;
};

const isErasedIn = ({ erasedAt }: InputLog, about: readonly string[], time: number): boolean =>
  about.some((customerId) => time <= (erasedAt.get(customerId) ?? -Infinity));

/** An upstream may send a header of that name, and then a letter has it as well; a note has no reason. */
const isRedriveNote = ({ headers }: InboundRecord): boolean =>
  headers[REDRIVE_NOTE] !== undefined && headers['dlq-reason'] === undefined;

const checkPlace = (
  letter: InboundRecord,
  { topic, partition }: Pick<InboundRecord, 'topic' | 'partition'>,
  reason: RefusalReason,
  source: string,
  findings: Findings,
): void => {
  if (letter.topic !== deadLetterTopic(topic) || letter.partition !== partition) {
    findings.add('dead-letter-misplaced', null, `${source}: in ${letter.topic}:${letter.partition}`);
  }
  const given = text(letter, 'dlq-reason');
  if (given !== reason) findings.add('dead-letter-reason', null, `${source}: ${given}, should be ${reason}`);
};

const checkContent = (
  letter: InboundRecord,
  input: RefusedInput | undefined,
  log: InputLog,
  source: string,
  findings: Findings,
): void => {
  if (input === undefined || input.reason === BEFORE) {
    if (!isBare(letter)) findings.add('dead-letter-plain', null, source);
    return;
  }
  // What was sent before an erasure may have been refused before it was known, or after.
  if (isErasedIn(log, input.about, input.sentAt) && isBare(letter)) return;
  const { record } = input;
  const altered = [
    ...(sameBytes(letter.value, record.value) ? [] : ['value']),
    ...(sameBytes(letter.key, record.key) ? [] : ['key']),
    ...(headersText(others(letter.headers)) === headersText(others(record.headers)) ? [] : ['headers']),
  ];
  if (altered.length > 0) findings.add('dead-letter-altered', null, `${source}: ${altered.join(', ')}`);
};

/** It says where the message was, and why it was refused, in words that are the same for everybody. */
const isBare = (letter: InboundRecord): boolean =>
  letter.key === null &&
  letter.value === null &&
  Object.keys(letter.headers).every((name) => PLACE.includes(name)) &&
  text(letter, 'dlq-field') === '' &&
  Object.values<string>(REFUSAL_REASONS).includes(text(letter, 'dlq-detail'));

const PLACE = [
  ...['reason', 'field', 'detail', 'topic', 'partition', 'offset', 'timestamp', 'attempt', 'first-offset'],
].map((name) => `dlq-${name}`);

const text = ({ headers }: InboundRecord, name: string): string => {
  const value = headers[name];
  return String(Array.isArray(value) ? value.at(-1) : value);
};

const others = (headers: Headers): Headers =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !OWN.test(name)));
