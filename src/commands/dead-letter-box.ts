/** What lies in the dead-letter topics, and how it goes back: pure functions over records. */
import type { Headers, InboundRecord, OutboundRecord } from '../pipeline/ports.ts';

/** What the headers of a dead letter say; small, so that very many can be held. */
export interface DeadLetter {
  /** The dead-letter topic, and where the letter lies in it. */
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly reason: string;
  readonly field: string | null;
  readonly detail: string;
  readonly attempt: number;
  /** Where the message came from; it keeps its partition. */
  readonly source: { readonly topic: string; readonly offset: number; readonly timestamp: number };
  /** When it was refused, ms. */
  readonly refusedAt: number;
  readonly redriven: boolean;
}

export interface Coordinates {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

export interface Selection {
  readonly reason?: string | undefined;
  /** The input topic or the dead-letter topic. */
  readonly topic?: string | undefined;
  /** Refused at or after, ms. */
  readonly since?: number | undefined;
  readonly at?: readonly Coordinates[] | undefined;
}

/**
 * A redrive leaves a note beside the letters, in the same transaction as the messages it sends: a record without key and
 * value whose header names the letter's offset in the note's own partition. So a letter is sent again once, even when the
 * redrive is killed or run twice, and nothing is ever deleted.
 */
const NOTE = 'dlq-redriven';
const REDRIVEN_FROM = 'redriven-from';

export const coordinatesText = ({ topic, partition, offset }: Coordinates): string => `${topic}:${partition}:${offset}`;

/** `<topic>:<partition>:<offset>`; null when it is something else. */
export const parseCoordinates = (text: string): Coordinates | null => {
  const parts = /^([\w.-]+):(\d+):(\d+)$/.exec(text);
  return parts ? { topic: parts[1] ?? '', partition: Number(parts[2]), offset: Number(parts[3]) } : null;
};

const header = (headers: Headers, name: string): string | null => {
  const value = headers[name];
  const last = Array.isArray(value) ? value.at(-1) : value;
  return last?.toString() ?? null;
};

/** The place of the letter that a note says was redriven; null for a letter. */
export const notedIn = (record: InboundRecord): string | null => {
  const offset = header(record.headers, NOTE);
  return offset === null ? null : coordinatesText({ ...record, offset: Number(offset) });
};

/** The letters of dead-letter topics read from the beginning, in the order read, each knowing whether it was redriven. */
export const collectLetters = async (records: AsyncIterable<InboundRecord>): Promise<DeadLetter[]> => {
  const letters = new Map<string, DeadLetter>();
  for await (const record of records) {
    const noted = notedIn(record);
    if (noted === null) letters.set(coordinatesText(record), letterOf(record));
    const letter = noted === null ? undefined : letters.get(noted);
    if (noted !== null && letter) letters.set(noted, { ...letter, redriven: true });
  }
  return [...letters.values()];
};

const letterOf = ({ topic, partition, offset, timestamp, headers }: InboundRecord): DeadLetter => ({
  ...{ topic, partition, offset, refusedAt: timestamp, redriven: false },
  reason: header(headers, 'dlq-reason') ?? 'unknown',
  field: header(headers, 'dlq-field') || null,
  detail: header(headers, 'dlq-detail') ?? '',
  attempt: Number(header(headers, 'dlq-attempt') ?? 1),
  source: {
    topic: header(headers, 'dlq-topic') ?? '',
    offset: Number(header(headers, 'dlq-offset')),
    timestamp: Number(header(headers, 'dlq-timestamp')),
  },
});

export const selects =
  ({ reason, topic, since, at }: Selection): ((letter: DeadLetter) => boolean) =>
  (letter) =>
    (reason === undefined || letter.reason === reason) &&
    (topic === undefined || letter.topic === topic || letter.source.topic === topic) &&
    (since === undefined || letter.refusedAt >= since) &&
    (at === undefined || at.some((place) => coordinatesText(place) === coordinatesText(letter)));

export interface LetterCount {
  readonly topic: string;
  readonly reason: string;
  readonly waiting: number;
  readonly redriven: number;
}

/** Counts by input topic and reason, the most frequent first. */
export const countLetters = (letters: readonly DeadLetter[]): LetterCount[] =>
  [...Map.groupBy(letters, ({ source, reason }) => `${source.topic} ${reason}`).values()]
    .map((group) => {
      const redriven = group.filter((letter) => letter.redriven).length;
      return {
        topic: group[0]?.source.topic ?? '',
        reason: group[0]?.reason ?? '',
        waiting: group.length - redriven,
        redriven,
      };
    })
    .sort((a, b) => b.waiting - a.waiting || b.redriven - a.redriven);

/**
 * The message to send again, and the note that it was: key, value and headers as first received. It carries its attempts
 * with it, so that the next refusal counts on. Without `value` the bytes are those received. `place`: the partition of a key in an
 * input topic; null where its key says nothing.
 */
export const redrive = (
  record: InboundRecord,
  place: (topic: string, key: string) => number | null,
  value: Buffer | null = record.value,
): OutboundRecord[] => {
  const { source, attempt } = letterOf(record);
  const partition = (record.key && place(source.topic, String(record.key))) ?? record.partition;
  const own = Object.entries(record.headers).filter(([name]) => !name.startsWith('dlq-') && name !== REDRIVEN_FROM);
  const headers = {
    ...Object.fromEntries(own),
    'dlq-attempt': String(attempt),
    [REDRIVEN_FROM]: coordinatesText(record),
  };
  return [
    { topic: source.topic, partition, key: record.key, value, headers },
    { topic: record.topic, key: null, value: null, headers: { [NOTE]: String(record.offset) } },
  ];
};
