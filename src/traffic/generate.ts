/** A realistic stream of messages for the input topics, the same for the same options. */
import { inputOf, type UpstreamEvent } from '../domain/events.ts';
import type { RefusalReason } from '../domain/refusal.ts';
import { BROKEN_REASONS, breakEvent } from './broken.ts';
import { createLives } from './lives.ts';
import { createRandom, type Random } from './random.ts';

export interface TrafficItem {
  /** Without the configured prefix. */
  readonly topic: string;
  readonly key: string | null;
  /** What the message says, or would say were its bytes not broken. */
  readonly input: UpstreamEvent;
  /**
   * What must become of it, unless an erasure or a legal hold speaks against it, which depends on what comes first; for a refusal also
   * the way in which the encoder breaks its bytes.
   */
  readonly expected: 'applied' | RefusalReason;
  readonly arrival: 'in-time' | 'late' | 'duplicate';
  readonly headers: Readonly<Record<string, string>>;
}

export interface TrafficOptions {
  readonly seed: number;
  readonly customers: number;
  /** Number of messages, duplicates and broken ones included; may be Infinity. */
  readonly events: number;
  /** Share of messages that can never be applied. */
  readonly brokenRatio?: number;
  /** Share of events that are delivered once more. */
  readonly duplicateRatio?: number;
  /** Share of events that arrive after up to 500 later ones. */
  readonly lateRatio?: number;
  /** Share of events that correct a recent order. */
  readonly correctionRatio?: number;
  /** Share of events by which somebody exercises a right; none unless said. */
  readonly requestRatio?: number;
  /** Share of events by which somebody asks to be erased; none unless said. Half of those who do stay away from then on. */
  readonly eraseRatio?: number;
  /** Whether some customers come far more often than others, as in life, or all alike. */
  readonly spread?: 'skewed' | 'even';
  /** When the first event occurs, ms. */
  readonly start?: number;
  /** Time between two events, ms; by default the stream covers half a year. */
  readonly stepMs?: number;
}

const LONGEST_DELAY = 500;
/** Of those who are erased, so many are named once more by something from before. */
const REMEMBERED = 0.5;
const LONGEST_MEMORY_MS = 30 * 86_400_000;
const STAYING_AWAY = 0.5;
/** For somebody who is not gone. */
const LOOKS = 8;
const HALF_YEAR_MS = 182 * 86_400_000;
/** An endless stream stays at this distance from its start, so that it never reaches the future. */
const LONGEST_MS = 5 * 365 * 86_400_000;

export const DEFAULT_START = Date.UTC(2020, 0, 1);

/** Lazily, in the order of publishing, in memory that depends on the number of customers only. */
export const generateTraffic = function* (options: TrafficOptions): Generator<TrafficItem, void, undefined> {
  const { seed, customers, events, brokenRatio = 0.002, duplicateRatio = 0.02, lateRatio = 0.03 } = options;
  const {
    correctionRatio = 0.04,
    requestRatio = 0,
    eraseRatio = 0,
    start = DEFAULT_START,
    spread = 'skewed',
  } = options;
  const stepMs = options.stepMs ?? (Number.isFinite(events) ? HALF_YEAR_MS / events : 1000);
  const random = createRandom(seed);
  const lives = createLives(seed, customers, random);
  const delayed = new Map<number, TrafficItem[]>();
  /** Who was erased, and stays away. */
  const gone = new Set<number>();
  let broken = 0;

  const delay = (step: number, item: TrafficItem): void => {
    const due = step + random.int(1, LONGEST_DELAY);
    const others = delayed.get(due);
    if (others === undefined) delayed.set(due, [item]);
    else others.push(item);
  };

  const choose = (): number => {
    let chosen = chooseCustomer[spread](random, customers);
    // Of a few customers all may be gone.
    for (let i = 0; i < LOOKS && gone.has(chosen); i += 1) chosen = chooseCustomer[spread](random, customers);
    return chosen;
  };

  for (let step = 0, made = 0; made < events || delayed.size > 0; step += 1) {
    yield* delayed.get(step) ?? [];
    delayed.delete(step);
    if (made >= events) continue;

    made += 1;
    const at = start + Math.floor(Math.min(made * stepMs, LONGEST_MS));
    const corrected = random.chance(correctionRatio) ? lives.correction(at) : null;
    const customer = corrected === null ? choose() : 0;
    const isRequest = requestRatio > 0 && random.chance(requestRatio);
    const isErasure = eraseRatio > 0 && corrected === null && random.chance(eraseRatio);
    if (isErasure && made < events && random.chance(REMEMBERED)) {
      made += 1;
      const old = lives.next(customer, at - random.int(1, LONGEST_MEMORY_MS));
      delay(step, { ...addressed(old), arrival: 'late' });
    }
    const what = isErasure ? 'erasure' : isRequest ? 'request' : 'next';
    const input = corrected ?? lives[what](customer, at);
    if (isErasure && random.chance(STAYING_AWAY)) gone.add(customer);
    // At even distances, so that a short stream has every reason as well.
    if (Math.floor(made * brokenRatio) > broken) {
      const reason = BROKEN_REASONS[broken % BROKEN_REASONS.length] ?? 'undecodable';
      broken += 1;
      yield { ...addressed(input), ...breakEvent(input, reason), expected: reason };
      continue;
    }
    const item = addressed(input);
    if (random.chance(lateRatio)) delay(step, { ...item, arrival: 'late' });
    else yield item;
    if (made < events && random.chance(duplicateRatio)) {
      made += 1;
      delay(step, { ...item, arrival: 'duplicate' });
    }
  }
};

const chooseCustomer = {
  even: (random: Random, customers: number): number => random.int(0, customers - 1),
  /** A few come often and most seldom (Zipf–Mandelbrot); the most frequent 13 times as often as the average. */
  skewed: (random: Random, customers: number): number => {
    const offset = customers / 50;
    return Math.min(Math.floor(offset * (51 ** random.fraction() - 1)), customers - 1);
  },
} as const;

const addressed = (input: UpstreamEvent): TrafficItem => ({
  topic: inputOf(input).topic,
  key: input.event.customerId,
  input,
  expected: 'applied',
  arrival: 'in-time',
  headers: input.event.sourceSystem === 'legacy-crm' ? {} : cloudEvent(input),
});

const cloudEvent = ({ type, event }: UpstreamEvent): Record<string, string> => ({
  ce_specversion: '1.0',
  ce_id: event.eventId,
  ce_source: `/${event.sourceSystem}`,
  ce_type: `telco.${type}`,
  ce_time: new Date(event.occurredAt).toISOString(),
  'content-type': 'application/avro',
  traceparent: traceOf(event.eventId),
});

const traceOf = (eventId: string): string => {
  const digits = eventId.replaceAll('-', '');
  return `00-${digits}-${digits.slice(16)}-01`;
};
