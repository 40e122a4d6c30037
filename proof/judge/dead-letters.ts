/** Every refused message has one dead letter in its place, and it is the message, with the reason, or says where it was. */
import { deadLetterTopic, REASONS } from './contracts.ts';
import { type Messages, messagesIn, type Outcome, outcomeOf } from './erasures.ts';
import type { Find } from './findings.ts';
import { coordinates, type Inputs } from './inputs.ts';
import { alteredIn, bare, last, type Received, receivedIn } from './letters.ts';
import type { PersonalData } from './personal-data.ts';
import type { Evidence, JudgeSettings, LogRecord } from './types.ts';
import { customerOf } from './verdict.ts';

/** A note that a letter was sent again, left behind by that command; it gives no reason and is no letter. */
const isNote = ({ headers }: LogRecord): boolean =>
  headers['dlq-redriven'] !== undefined && headers['dlq-reason'] === undefined;

export interface Letters extends Outcome {
  readonly count: number;
}

/** What is remembered of a letter until it is known who was erased. */
interface Held {
  readonly source: string;
  readonly concerns: readonly string[];
  readonly arrivedAt: number;
  readonly sentAt: number;
  readonly isBare: boolean;
  /** What there is against it, if it is to be the message and if it is to be bare. */
  readonly altered: readonly string[];
  readonly kept: readonly string[];
  /** That it names, and should name unless it is to be bare. */
  readonly field: { readonly given: string; readonly expected: string };
}

export const checkDeadLetters = async (
  records: Evidence['deadLetters'],
  inputs: Inputs,
  personalData: PersonalData,
  settings: JudgeSettings,
  find: Find,
): Promise<Letters> => {
  const messages = messagesIn(inputs, settings);
  const seen = new Set<string>();
  const held: Held[] = [];
  const told = new Map<string, string>();
  let count = 0;
  for await (const letter of records) {
    if (isNote(letter)) continue;
    count += 1;
    const reason = last(letter.headers, 'dlq-reason');
    const source = ['topic', 'partition', 'offset'].map((name) => last(letter.headers, `dlq-${name}`)).join(':');
    const customerId = customerOf(letter);
    if (!REASONS.includes(reason)) find('dead-letter-infrastructure', customerId, `${coordinates(letter)}: ${reason}`);
    const expected = expectedOf(source, reason, inputs, messages);
    if (expected === null) find('dead-letter-unexpected', customerId, `${coordinates(letter)} of ${source}`);
    else if (seen.has(source)) find('dead-letter-repeated', customerId, `${coordinates(letter)} of ${source}`);
    else {
      compare(letter, expected, source, find);
      const letterHeld = heldOf(letter, expected, source, personalData);
      const mayBeErased = expected.concerns.some((each) => inputs.erasures.has(each));
      if (mayBeErased) held.push(letterHeld);
      else checkKept(letterHeld, new Map(), find);
      if (messages.has(source)) told.set(source, reason);
    }
    seen.add(source);
  }
  const outcome = outcomeOf(told, messages, find);
  const { erasedAt } = outcome;
  for (const letter of held) checkKept(letter, erasedAt, find);
  for (const [source, { record, reason, concerns, sentAt }] of inputs.refused) {
    // It may have been swept, by when it was sent.
    if (seen.has(source) || isErased(concerns, Math.min(sentAt, record.timestamp), erasedAt)) continue;
    find('dead-letter-missing', customerOf(record), `${source}, ${reason}`);
  }
  return { count, ...outcome };
};

interface Expected {
  readonly record: Pick<LogRecord, 'topic' | 'partition' | 'key'>;
  readonly reason: string;
  readonly field: string | null;
  readonly concerns: readonly string[];
  readonly received: Received;
  readonly sentAt: number;
  /** Whenever it was written. */
  readonly isBare: boolean;
}

/** Null: the message is to be applied, or there is none. */
const expectedOf = (source: string, reason: string, inputs: Inputs, messages: Messages): Expected | null => {
  const input = inputs.refused.get(source);
  if (input !== undefined) return { ...input, received: receivedIn(input.record), isBare: false };
  const message = messages.get(source);
  if (message === undefined || reason !== (message.isErasure ? 'legal-hold' : 'before-erasure')) return null;
  const { customerId, record } = message;
  const request = inputs.erasures.get(customerId)?.find((each) => coordinates(each) === source);
  const received = request === undefined ? bare(record) : receivedIn(request);
  const { timestamp: sentAt } = record;
  return { record, reason, field: null, concerns: [customerId], received, sentAt, isBare: request === undefined };
};

const compare = (letter: LogRecord, { record, reason }: Expected, source: string, find: Find): void => {
  const customerId = customerOf(record);
  if (letter.topic !== deadLetterTopic(record.topic) || letter.partition !== record.partition) {
    find('dead-letter-misplaced', customerId, `${source} in ${coordinates(letter)}`);
  }
  const given = last(letter.headers, 'dlq-reason');
  if (given !== reason && REASONS.includes(given)) {
    find('dead-letter-reason', customerId, `${source}: ${given}, should be ${reason}`);
  }
};

const heldOf = (
  letter: LogRecord,
  { reason, field, received, concerns, isBare, sentAt }: Expected,
  source: string,
  personalData: PersonalData,
): Held => {
  const kept = alteredIn(letter, bare(received));
  const given = last(letter.headers, 'dlq-field');
  const isPlain = personalData.kindIn(last(letter.headers, 'dlq-detail')) !== null;
  return {
    ...{ source, concerns, isBare, arrivedAt: received.arrivedAt, altered: alteredIn(letter, received) },
    ...{ kept: isPlain ? [...kept, 'dlq-detail'] : kept, sentAt },
    field: { given, expected: last(letter.headers, 'dlq-reason') === reason ? (field ?? '') : given },
  };
};

/** The message may be told of by nothing but where it was. */
const isErased = (concerns: readonly string[], arrivedAt: number, erasedAt: Letters['erasedAt']): boolean =>
  concerns.some((customerId) => arrivedAt <= (erasedAt.get(customerId) ?? Number.NEGATIVE_INFINITY));

const OUR_OWN = ['dlq-timestamp', 'dlq-attempt'];

const checkKept = (letter: Held, erasedAt: Letters['erasedAt'], find: Find): void => {
  const { source, concerns, arrivedAt, sentAt, altered, kept, field } = letter;
  const [customerId = null] = concerns;
  const mustBeBare = letter.isBare || isErased(concerns, arrivedAt, erasedAt);
  // Between sending and arriving it may have been either.
  const isToBeBare = mustBeBare || (altered.length > 0 && isErased(concerns, sentAt, erasedAt));
  const wrong = isToBeBare ? kept : altered;
  if (field.given !== (isToBeBare ? '' : field.expected)) {
    find('dead-letter-reason', customerId, `${source}: the field should be ${isToBeBare ? 'none' : field.expected}`);
  }
  if (wrong.length === 0) return;
  const isPlain = isToBeBare && wrong.some((name) => !OUR_OWN.includes(name));
  find(isPlain ? 'dead-letter-plain' : 'dead-letter-altered', customerId, `${source}: ${wrong.join(', ')}`);
};
