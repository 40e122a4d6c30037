import { type Config, loadConfig } from '../config.ts';
import { topics } from '../domain/contracts.ts';
import { UPSTREAM_TOPICS } from '../domain/events.ts';
import { REFUSAL_REASONS } from '../domain/refusal.ts';
import { ProfileError } from '../errors.ts';
import type { Headers, InboundRecord } from '../pipeline/ports.ts';
import {
  collectLetters,
  coordinatesText,
  type Coordinates,
  countLetters,
  type DeadLetter,
  notedPlace,
  placeOf,
  selects,
} from './dead-letter-box.ts';
import type { SelectionOptions } from './dead-letters.ts';
import { hexDump } from './hex-dump.ts';
import { aligned, harmless, instant, print, printJson, styled } from './terminal.ts';

export type KafkaConfig = Pick<Config, 'kafka' | 'topicPrefix' | 'rekeyedInputs' | 'group'>;

/** Every record of every dead-letter topic, up to now. */
export const deadLetterRecords = async (config: KafkaConfig): Promise<AsyncIterable<InboundRecord>> => {
  const [{ createKafka }, { readTopics }, { describeTopics }] = await Promise.all([
    import('../adapters/kafka/client.ts'),
    import('../adapters/kafka/record-stream.ts'),
    import('../adapters/kafka/topics.ts'),
  ]);
  const { kafka, topicPrefix } = config;
  // Also of inputs that are rekeyed no more, or elsewhere: nobody would see their letters otherwise.
  const all = topics(topicPrefix, UPSTREAM_TOPICS).filter(({ direction }) => direction === 'dead-letter');
  const existing = await describeTopics(
    createKafka(kafka, 'customer-profile-letters'),
    all.map(({ topic }) => topic),
  );
  return readTopics(kafka, [...existing.keys()]);
};

export const list = async ({ limit, json, ...selection }: SelectionOptions & { readonly limit: number }) => {
  const config = loadConfig(process.env, ['kafka']);
  const letters = (await collectLetters(await deadLetterRecords(config))).filter(selects(selection));
  const newest = letters.toSorted((a, b) => b.refusedAt - a.refusedAt).slice(0, limit);
  if (json) {
    printJson({ counts: countLetters(letters), newest });
    return;
  }
  if (letters.length === 0) {
    print('No dead letters.');
    return;
  }
  const counts = countLetters(letters).map(({ topic, reason, waiting, redriven }) => [
    ...[topic, reason, `${waiting} waiting`],
    redriven > 0 ? `${redriven} redriven` : '',
  ]);
  for (const line of aligned(counts)) print(line.trimEnd());
  print();
  for (const line of aligned(newest.map(row))) print(line);
};

export const row = (letter: DeadLetter): string[] => [
  instant(letter.refusedAt),
  coordinatesText(letter),
  harmless(letter.reason) + (letter.field ? ` at ${harmless(letter.field)}` : ''),
  `attempt ${letter.attempt}${letter.redriven ? ', redriven' : ''}${letter.bare ? ', of who was erased' : ''}`,
];

export const show = async (places: readonly Coordinates[], { json }: { readonly json?: true }): Promise<void> => {
  const config = loadConfig(process.env, ['kafka']);
  const record = await find(await deadLetterRecords(config), places);
  const headers = texts(record.headers);
  if (json) {
    printJson({
      ...{
        topic: record.topic,
        partition: record.partition,
        offset: placeOf(record).offset,
        timestamp: record.timestamp,
        headers,
      },
      key: record.key?.toString('base64') ?? null,
      value: record.value?.toString('base64') ?? null,
    });
    return;
  }
  print(`${styled('bold', coordinatesText(placeOf(record)))}  refused ${instant(record.timestamp)}`);
  const rows = Object.entries(headers).map(([name, value]) => [harmless(name), harmless(value)]);
  for (const line of aligned(rows, '  ')) print(line);
  const why = Object.entries(REFUSAL_REASONS).find(([reason]) => reason === headers['dlq-reason'])?.[1];
  if (why) print(styled('yellow', why));
  for (const [name, bytes] of [['key', record.key] as const, ['value', record.value] as const]) {
    print(styled('cyan', bytes ? `${name}, ${bytes.length} bytes` : `no ${name}`));
    for (const line of hexDump(bytes)) print(`  ${line}`);
  }
};

const find = async (records: AsyncIterable<InboundRecord>, places: readonly Coordinates[]): Promise<InboundRecord> => {
  const wanted = new Set(places.map(coordinatesText));
  for await (const record of records) {
    if (notedPlace(record) === null && wanted.has(coordinatesText(placeOf(record)))) return record;
  }
  throw new ProfileError('NOT_FOUND', 'there is no such dead letter');
};

const texts = (headers: Headers): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value].flat().join(', ')]));
