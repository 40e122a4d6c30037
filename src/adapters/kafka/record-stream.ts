/** Topics as streams of records, for those who only look: no committed offsets, no part in the group. */
import type { InboundRecord } from '../../pipeline/ports.ts';
import { createKafka, type KafkaSettings } from './client.ts';
import { type ReadOptions, readTopic } from './reader.ts';

const CLIENT_ID = 'customer-profile-reader';

/** Every record of the topics up to now, topic by topic, in order within each partition; committed ones unless said otherwise. */
export const readTopics = async function* (
  settings: KafkaSettings,
  topics: readonly string[],
  isolation: ReadOptions['isolation'] = 'read_committed',
): AsyncGenerator<InboundRecord, void> {
  for (const topic of topics) yield* streamOf(settings, { topic, from: 'beginning', until: 'end', isolation });
};

/** Records as they come, until `signal` aborts. */
export const followTopic = (
  settings: KafkaSettings,
  { topic, fromBeginning, signal }: { topic: string; fromBeginning: boolean; signal: AbortSignal },
): AsyncGenerator<InboundRecord, void> =>
  streamOf(settings, { topic, from: fromBeginning ? 'beginning' : 'end', until: 'stopped', signal });

/** Reads ahead by so many records; the reader waits for whoever takes them. */
const READ_AHEAD = 1_000;

/** Turns the reader's calls into a stream; whoever stops taking stops the reading. */
const streamOf = async function* (settings: KafkaSettings, options: ReadOptions): AsyncGenerator<InboundRecord, void> {
  const left = new AbortController();
  const signal = AbortSignal.any([left.signal, ...(options.signal ? [options.signal] : [])]);
  let waiting: InboundRecord[] = [];
  let moved = Promise.withResolvers<undefined>();
  let taken = Promise.withResolvers<undefined>();
  const over = { is: false };
  const reading = readTopic(createKafka(settings, CLIENT_ID), { ...options, signal }, async (record) => {
    waiting.push(record);
    moved.resolve(undefined);
    if (waiting.length >= READ_AHEAD && !signal.aborted) await taken.promise;
  }).finally(() => {
    over.is = true;
    moved.resolve(undefined);
  });
  reading.catch(() => undefined);
  try {
    for (;;) {
      if (waiting.length === 0 && !over.is) await moved.promise;
      const records = waiting;
      [waiting, moved] = [[], Promise.withResolvers<undefined>()];
      taken.resolve(undefined);
      taken = Promise.withResolvers<undefined>();
      yield* records;
      if (over.is && waiting.length === 0) break;
    }
    await reading;
  } finally {
    left.abort();
    taken.resolve(undefined);
    await reading.catch(() => undefined);
  }
};
