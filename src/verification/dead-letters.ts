/** Every refused message has one dead letter, in its place, and it is the message. */
import { deadLetterTopic } from '../domain/contracts.ts';
import type { Headers, InboundRecord } from '../pipeline/ports.ts';
import type { RefusedInput } from './inputs.ts';
import { coordinates, headersText, sameBytes } from './records.ts';
import type { Findings } from './report.ts';

/** What the pipeline adds to the headers of a message, and what a redrive leaves behind. */
const OWN = /^dlq-/;
const REDRIVE_NOTE = 'dlq-redriven';

/** Returns the number of dead letters. */
export const checkDeadLetters = async (
  records: AsyncIterable<InboundRecord>,
  refused: ReadonlyMap<string, RefusedInput>,
  findings: Findings,
): Promise<number> => {
  const seen = new Set<string>();
  let count = 0;
  for await (const letter of records) {
    if (isRedriveNote(letter)) continue;
    count += 1;
    const [topic, partition, offset] = ['dlq-topic', 'dlq-partition', 'dlq-offset'].map((name) => text(letter, name));
    const source = coordinates(topic ?? '', partition ?? '', offset ?? '');
    const input = refused.get(source);
    if (input === undefined) findings.add('dead-letter-unexpected', null, source);
    else if (seen.has(source)) findings.add('dead-letter-repeated', null, source);
    else compare(letter, input, source, findings);
    seen.add(source);
  }
  for (const source of refused.keys()) if (!seen.has(source)) findings.add('dead-letter-missing', null, source);
  return count;
};

/** An upstream may send a header of that name, and then a letter has it as well; a note has no reason. */
const isRedriveNote = ({ headers }: InboundRecord): boolean =>
  headers[REDRIVE_NOTE] !== undefined && headers['dlq-reason'] === undefined;

const compare = (letter: InboundRecord, { record, reason }: RefusedInput, source: string, findings: Findings): void => {
  if (letter.topic !== deadLetterTopic(record.topic) || letter.partition !== record.partition) {
    findings.add('dead-letter-misplaced', null, `${source}: in ${letter.topic}:${letter.partition}`);
  }
  const altered = [
    ...(sameBytes(letter.value, record.value) ? [] : ['value']),
    ...(sameBytes(letter.key, record.key) ? [] : ['key']),
    ...(headersText(others(letter.headers)) === headersText(others(record.headers)) ? [] : ['headers']),
  ];
  if (altered.length > 0) findings.add('dead-letter-altered', null, `${source}: ${altered.join(', ')}`);
  const given = text(letter, 'dlq-reason');
  if (given !== reason) findings.add('dead-letter-reason', null, `${source}: ${given}, should be ${reason}`);
};

const text = ({ headers }: InboundRecord, name: string): string => {
  const value = headers[name];
  return String(Array.isArray(value) ? value.at(-1) : value);
};

const others = (headers: Headers): Headers =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !OWN.test(name)));
