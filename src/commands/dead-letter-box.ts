/** What lies in the dead-letter topics, and how it goes back: pure functions over records. */
import { headerOf, identityOf, isBare, noteOn, notedIn } from '../pipeline/letters.ts';
import type { InboundRecord, OutboundRecord } from '../pipeline/ports.ts';

/** What the headers of a dead letter say; small, so that very many can be held. */
export interface DeadLetter {
  /** The dead-letter topic, and where the letter lay in it at first. */
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
  /** Of somebody who was erased: it holds nothing. */
  readonly bare: boolean;
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

const REDRIVEN_FROM = 'redriven-from';

export const coordinatesText = ({ topic, partition, offset }: Coordinates): string => `${topic}:${partition}:${offset}`;

/** `<topic>:<partition>:<offset>`; null when it is something else. */
export const parseCoordinates = (text: string): Coordinates | null => {
  const parts = /^([\w.-]+):(\d+):(\d+)$/.exec(text);
  return parts ? { topic: parts[1] ?? '', partition: Number(parts[2]), offset: Number(parts[3]) } : null;
};

/** By which a letter goes, wherever it has been moved to since. */
export const placeOf = (letter: InboundRecord): Coordinates => ({ ...letter, offset: identityOf(letter) });

/** The place of the letter that a note says was redriven; null for a letter. */
export const notedPlace = (record: InboundRecord): string | null => {
  const offset = notedIn(record);
  return offset === null ? null : coordinatesText({ ...record, offset });
};

/**
 * The letters of dead-letter topics read from the beginning, in the order read, each knowing whether it was redriven. One that was
 * being moved may be there twice, and one that was moved lies behind its note.
 */
export const collectLetters = async (records: AsyncIterable<InboundRecord>): Promise<DeadLetter[]> => {
  const letters = new Map<string, DeadLetter>();
  const redriven = new Set<string>();
  for await (const record of records) {
    const noted = notedPlace(record);
    if (noted === null) letters.set(coordinatesText(placeOf(record)), letterOf(record));
    else redriven.add(noted);
  }
  return [...letters].map(([place, letter]) => (redriven.has(place) ? { ...letter, redriven: true } : letter));
};

const letterOf = (record: InboundRecord): DeadLetter => ({
  ...{ topic: record.topic, partition: record.partition, offset: identityOf(record), refusedAt: record.timestamp },
  ...{ redriven: false, bare: isBare(record), ...saidIn(record) },
});

const saidIn = ({
  headers,
}: InboundRecord): Pick<DeadLetter, 'reason' | 'field' | 'detail' | 'attempt' | 'source'> => ({
  reason: headerOf(headers, 'dlq-reason') ?? 'unknown',
  field: headerOf(headers, 'dlq-field') || null,
  detail: headerOf(headers, 'dlq-detail') ?? '',
  attempt: Number(headerOf(headers, 'dlq-attempt') ?? 1),
  source: {
    topic: headerOf(headers, 'dlq-topic') ?? '',
    offset: Number(headerOf(headers, 'dlq-offset')),
    timestamp: Number(headerOf(headers, 'dlq-timestamp')),
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
    [REDRIVEN_FROM]: coordinatesText(placeOf(record)),
  };
  return [{ topic: source.topic, partition, key: record.key, value, headers }, noteOn(record)];
};
