/** The real road without servers: decode, plan, encode, and what would be written, for one batch after the other. */
import { createAudienceOutputs } from '../../src/adapters/registry/audiences.ts';
import { createDecoder } from '../../src/adapters/registry/decoder.ts';
import { createEncoder } from '../../src/adapters/registry/encoder.ts';
import { AUDIENCE_NAMES } from '../../src/domain/audiences/index.ts';
import { contractOf, contracts } from '../../src/domain/contracts.ts';
import type { InboundEvent } from '../../src/domain/events.ts';
import { isRefusal } from '../../src/domain/refusal.ts';
import type { ProfileRules } from '../../src/domain/rules.ts';
import { announce, type AudienceOutput } from '../../src/pipeline/announce.ts';
import type { TaskContext } from '../../src/pipeline/context.ts';
import { deadLetter } from '../../src/pipeline/dead-letter.ts';
import { decode } from '../../src/pipeline/decode.ts';
import type { ProfileDocument } from '../../src/pipeline/document.ts';
import { type CustomerPlan, planCustomer, type Stretch } from '../../src/pipeline/plan.ts';
import type { EventDecoder, EventEncoder, InboundRecord, OutboundRecord } from '../../src/pipeline/ports.ts';
import { loadRules } from '../../src/rules.ts';
import { TOLERANCE_MS } from './cases.ts';
import { offlineRegistry } from './writers.ts';
import { noLinks } from '../../test/helpers/no-links.ts';
import { noRoutes } from '../../test/helpers/no-routes.ts';

export interface Road {
  readonly decoder: EventDecoder;
  readonly encoder: EventEncoder;
  readonly audiences: readonly AudienceOutput[];
  readonly rules: ProfileRules;
}

export const createRoad = async (): Promise<Road> => ({
  decoder: createDecoder(offlineRegistry, contracts(), { unknownSchemaGraceMs: 0 }),
  encoder: await createEncoder(offlineRegistry, contractOf('CustomerUpdated')),
  audiences: await createAudienceOutputs(offlineRegistry, '', AUDIENCE_NAMES),
  rules: loadRules(),
});

export type Outcome =
  | { readonly kind: 'applied'; readonly input: InboundEvent }
  | { readonly kind: 'refused'; readonly reason: string; readonly field: string | null };

export interface Played {
  readonly plans: ReadonlyMap<string, CustomerPlan>;
  /** By `coordinates`. */
  readonly outcomes: ReadonlyMap<string, Outcome>;
  /** Bytes of the version that is published, by customer. */
  readonly updates: ReadonlyMap<string, Buffer>;
  /** By the coordinates of the refused record. */
  readonly deadLetters: ReadonlyMap<string, OutboundRecord>;
}

export const coordinates = ({ topic, offset }: Pick<InboundRecord, 'topic' | 'offset'>): string => `${topic}:${offset}`;

/** One batch as `processRound` works on it; throws what any part of the road throws. */
export const play = async (
  { decoder, encoder, audiences, rules }: Road,
  records: readonly InboundRecord[],
  documents: ReadonlyMap<string, ProfileDocument>,
  stretch: Stretch,
): Promise<Played> => {
  // Of the context, decoding uses these three.
  const context = {
    decoder,
    futureToleranceMs: TOLERANCE_MS,
    links: noLinks,
    router: noRoutes,
  } as Partial<TaskContext> as TaskContext;
  const { byCustomer, statements, refused } = await decode(context, records);
  const outcomes = new Map<string, Outcome>();
  const letters = new Map<string, OutboundRecord>();
  for (const { record, refusal } of refused) {
    const { reason, field } = refusal;
    letters.set(coordinates(record), deadLetter(record, refusal));
    outcomes.set(coordinates(record), { kind: 'refused', reason, field });
  }

  for (const { offset, said } of statements) {
    const input = { type: 'CustomerLink', event: said } as const;
    outcomes.set(coordinates({ topic: noLinks.topic, offset }), { kind: 'applied', input });
  }
  const plans = new Map<string, CustomerPlan>();
  const updates = new Map<string, Buffer>();
  for (const [customerId, deliveries] of byCustomer) {
    for (const { input, ...place } of deliveries) {
      if (isRefusal(input)) continue;
      if (outcomes.has(coordinates(place))) throw new Error('a record is both refused and applied');
      outcomes.set(coordinates(place), { kind: 'applied', input });
    }
    const plan = planCustomer(customerId, documents.get(customerId) ?? null, deliveries, stretch, {
      ...{ rules, audiences },
      hash: null,
    });
    plans.set(customerId, plan);
    if (plan.publish) updates.set(customerId, announcedBy({ encoder, audiences }, plan));
  }
  return { plans, outcomes, updates, deadLetters: letters };
};

/** What subscribers would get: the largest of it, if there are several. */
const announcedBy = (road: Pick<Road, 'encoder' | 'audiences'>, plan: CustomerPlan): Buffer => {
  const outputs = { ...road, outputTopic: contractOf('CustomerUpdated').topic, links: noLinks, group: 'garbage' };
  const values = announce(outputs, 0, plan).map(({ value }) => value ?? Buffer.alloc(0));
  return values.reduce((largest, value) => (value.length > largest.length ? value : largest));
};
