/** Verification of what a soak left behind, in bounded memory: of all customers, or of a share of them chosen by their ids. */
import type { Config } from '../../src/config.ts';
import type { InboundRecord } from '../../src/pipeline/ports.ts';
import { openSources, type Sources, type VerificationReport, verify } from '../../src/verification/index.ts';

export interface Verified {
  readonly report: VerificationReport;
  /** Every nth customer, and every message without a key. 1: all of them. */
  readonly everyNth: number;
  readonly seconds: number;
  /** Of this process. */
  readonly peakMiB: number;
}

/**
 * Verification keeps accepted messages and the last version of each customer in memory, less than 2 KB a message in all. Of
 * more than `most` messages it looks at as many whole customers as make about that number.
 */
export const verifySoak = async (
  config: Config,
  { published, most }: { readonly published: number; readonly most: number },
  signal: AbortSignal,
): Promise<Verified> => {
  const startedAt = performance.now();
  const everyNth = Math.max(1, Math.ceil(published / most));
  const sources = await openSources(config, signal);
  try {
    const report = await verify(sampled(sources, everyNth));
    const seconds = (performance.now() - startedAt) / 1000;
    return { report, everyNth, seconds, peakMiB: process.resourceUsage().maxRSS / 1024 };
  } finally {
    await sources.close();
  }
};

/** The sources without what is about other customers; inputs are to be read first. A message that is refused may be keyed by anything: the key decides. */
export const sampled = (sources: Sources, everyNth: number): Sources => {
  const chosen = (key: string | null): boolean => key === null || hashOf(key) % everyNth === 0;
  const ofChosen = async function* (records: AsyncIterable<InboundRecord>): AsyncGenerator<InboundRecord> {
    for await (const record of records) {
      if (chosen(record.key && record.key.toString())) yield { ...record, value: detached(record.value) };
    }
  };
  // A dead letter of who was erased has no key, and a stub no name: what is chosen is known by the inputs.
  const offsets = new Map<string, Set<number>>();
  const stubNames = new Set<string>();
  const noted = async function* (records: AsyncIterable<InboundRecord>): AsyncGenerator<InboundRecord> {
    for await (const record of ofChosen(records)) {
      const place = `${record.topic}:${record.partition}`;
      offsets.set(place, (offsets.get(place) ?? new Set()).add(record.offset));
      if (record.key !== null) for (const name of sources.stubNamesOf(record.key.toString())) stubNames.add(name);
      yield record;
    }
  };
  const isOfChosen = ({ headers }: InboundRecord): boolean =>
    offsets
      .get(`${String(headers['dlq-topic'])}:${String(headers['dlq-partition'])}`)
      ?.has(Number(headers['dlq-offset'])) ?? false;
  return {
    ...sources,
    inputs: everyNth === 1 ? ofChosen(sources.inputs) : noted(sources.inputs),
    stubs: filtered(sources.stubs, ({ _id }) => everyNth === 1 || stubNames.has(_id)),
    decisions: filtered(sources.decisions, ({ customer }) => everyNth === 1 || stubNames.has(customer)),
    archive: filtered(sources.archive, ({ customer }) => everyNth === 1 || stubNames.has(customer)),
    outputs: ofChosen(sources.outputs),
    audiences: sources.audiences.map((source) => ({ ...source, records: ofChosen(source.records) })),
    deadLetters: filtered(
      ofChosen(sources.deadLetters),
      (letter) => letter.key !== null || everyNth === 1 || isOfChosen(letter),
    ),
    documents: filtered(sources.documents, ({ _id }) => chosen(_id)),
  };
};

const filtered = async function* <T>(items: AsyncIterable<T>, wanted: (item: T) => boolean): AsyncGenerator<T> {
  for await (const item of items) if (wanted(item)) yield item;
};

/** Node.js cuts small buffers out of shared pages, and one value that is kept would keep its page. */
const detached = (value: Buffer | null): Buffer | null => {
  if (value === null) return null;
  const copy = Buffer.allocUnsafeSlow(value.length);
  value.copy(copy);
  return copy;
};

/** FNV-1a, 32 bits. */
const hashOf = (text: string): number => {
  let hash = 0x811c_9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x0100_0193) >>> 0;
  return hash;
};
