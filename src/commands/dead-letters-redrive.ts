import { readFile } from 'node:fs/promises';
import { loadConfig } from '../config.ts';
import { contractOf, contracts, routesOf } from '../domain/contracts.ts';
import { ProfileError } from '../errors.ts';
import type { InboundRecord, OutboundRecord, TaskProducer } from '../pipeline/ports.ts';
import { confirmed, EXIT } from './command.ts';
import {
  collectLetters,
  coordinatesText,
  type Coordinates,
  countLetters,
  type DeadLetter,
  notedPlace,
  placeOf,
  redrive,
  selects,
} from './dead-letter-box.ts';
import { deadLetterRecords, type KafkaConfig } from './dead-letters-list.ts';
import type { RedriveOptions } from './dead-letters.ts';
import { aligned, print, printJson, styled } from './terminal.ts';

export const redriveLetters = async (
  at: readonly Coordinates[] | undefined,
  options: RedriveOptions,
): Promise<void> => {
  const { all, again, valueFile, yes, json, ...selection } = options;
  const selected = at !== undefined || all || Object.keys(selection).length > 0;
  if (!selected)
    throw new ProfileError('USAGE', 'name letters, or select them by --reason, --topic or --since, or --all');
  if (json && !yes) throw new ProfileError('USAGE', 'nothing was sent: --json needs --yes');
  const config = loadConfig(process.env, ['kafka']);
  const value = valueFile === undefined ? undefined : await readValue(valueFile);

  const chosen = (await collectLetters(await deadLetterRecords(config))).filter(selects({ ...selection, at }));
  const full = chosen.filter(({ bare }) => !bare);
  const sendable = full.filter(({ source }) => !isStale(source.topic, config.topicPrefix));
  const letters = again ? sendable : sendable.filter(({ redriven }) => !redriven);
  if (value && letters.length !== 1) {
    throw new ProfileError('USAGE', `--value-file is for one letter, not for ${letters.length}`);
  }
  const [bare, stale] = [chosen.length - full.length, full.length - sendable.length];
  if (!json) printPlan(letters, sendable.length - letters.length, { stale, bare });
  if (letters.length > 0 && !(await confirmed('Send them again?', yes))) {
    process.exitCode = EXIT.failure;
    return;
  }
  const sent = letters.length > 0 ? await sendWaiting(config, letters, { again: again ?? false, value }) : 0;
  if (json) printJson({ sent, alreadyRedriven: sendable.length - sent, stale, bare });
  else if (letters.length > 0) print(styled('green', `${sent} sent again.`));
};

const readValue = async (file: string): Promise<Buffer> => {
  try {
    return await readFile(file);
  } catch (error) {
    throw new ProfileError('USAGE', '--value-file cannot be read', { cause: error });
  }
};

/** What a version of a customer said of a link is not so any more once a later one has spoken: nobody may say it again. */
const isStale = (topic: string, prefix: string): boolean => topic === contractOf('CustomerLink', prefix).topic;

const printPlan = (
  letters: readonly DeadLetter[],
  skipped: number,
  { stale, bare }: { readonly stale: number; readonly bare: number },
): void => {
  const rows = countLetters(letters).map(({ topic, reason, waiting, redriven }) => [
    ...['send', String(waiting + redriven), reason, `→ ${topic}`],
  ]);
  for (const line of aligned(rows, '  ')) print(line);
  if (skipped > 0) print(`  leave ${skipped} that were redriven before (--again sends them too)`);
  if (stale > 0) print(`  leave ${stale} of customer-link: count links anew instead (docs/links.md)`);
  if (bare > 0) print(`  leave ${bare} of customers who were erased: they hold nothing (docs/privacy.md)`);
  if (letters.length === 0) print('Nothing to send.');
};

const BATCH = 200;

/** Sends what still waits of the letters, and resolves to how many that were. */
export const sendWaiting = async (
  config: KafkaConfig,
  letters: readonly DeadLetter[],
  options: SendOptions,
): Promise<number> => {
  const [{ createKafka }, { createPlacement }, { createTaskProducer }, { describeTopics }] = await Promise.all([
    import('../adapters/kafka/client.ts'),
    import('../adapters/kafka/placement.ts'),
    import('../adapters/kafka/producer.ts'),
    import('../adapters/kafka/topics.ts'),
  ]);
  const kafka = createKafka(config.kafka, 'customer-profile-redrive');
  const sources = await describeTopics(kafka, [...new Set(letters.map(({ topic }) => topic))]);
  const partitionOf = createPlacement([...sources.values()][0]?.partitions ?? 0);
  const routes = routesOf(contracts(config.topicPrefix, config.rekeyedInputs));
  const place = (topic: string, key: string): number | null => (routes.has(topic) ? null : partitionOf(key));
  const partitions = [...new Set(letters.map(({ partition }) => partition))];
  // A transactional id of its own: the running tasks must not be fenced, but another redrive must be.
  const group = `${config.group}-redrive`;
  const producers = new Map(
    partitions.map((partition) => [partition, createTaskProducer(kafka, { group, partition })]),
  );
  try {
    await Promise.all([...producers.values()].map((producer) => producer.fence()));
    // Read after the fence: what another redrive has sent is noted by now, and it can send no more.
    const records = await waiting(config, new Set(letters.map(coordinatesText)), options.again);
    for (const [partition, ofPartition] of Map.groupBy(records, (record) => record.partition)) {
      const producer = producers.get(partition);
      if (producer) await sendAll(producer, ofPartition, (record) => redrive(record, place, options.value));
    }
    return records.length;
  } finally {
    await Promise.all([...producers.values()].map((producer) => producer.close()));
  }
};

interface SendOptions {
  readonly again: boolean;
  /** Instead of the bytes received. */
  readonly value: Buffer | undefined;
}

const waiting = async (config: KafkaConfig, places: ReadonlySet<string>, again: boolean): Promise<InboundRecord[]> => {
  const records = new Map<string, InboundRecord>();
  const noted = new Set<string>();
  for await (const record of await deadLetterRecords(config)) {
    const place = coordinatesText(placeOf(record));
    const note = notedPlace(record);
    if (note !== null) noted.add(note);
    else if (places.has(place)) records.set(place, record);
  }
  // A letter that was moved lies behind its note.
  return [...records].flatMap(([place, record]) => (again || !noted.has(place) ? [record] : []));
};

/** Messages and notes of one transaction: together or not at all. */
const sendAll = async (
  producer: TaskProducer,
  records: readonly InboundRecord[],
  again: (record: InboundRecord) => OutboundRecord[],
): Promise<void> => {
  for (let start = 0; start < records.length; start += BATCH) {
    const transaction = await producer.begin();
    await transaction.send(records.slice(start, start + BATCH).flatMap(again));
    await transaction.commit();
  }
};
