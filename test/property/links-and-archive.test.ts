/** Whoever comes and goes, to the archive too, knows in the end how many others have the same device, whatever crashes meanwhile. */
import fc from 'fast-check';
import type { InputEvent } from '../../src/domain/events.ts';
import type { Terms } from '../../src/domain/retention/terms.ts';
import type { ProfileDocument } from '../../src/pipeline/document.ts';
import { answersTo, MEMBERS_LOOKED_AT, type Statement } from '../../src/pipeline/links/answers.ts';
import { type Consequences, planCustomer } from '../../src/pipeline/plan.ts';
import { aConsent, aRefresh, aRequest, aRetention } from '../helpers/domain.ts';
import { order } from '../helpers/events.ts';
import { createLinkMemory } from '../helpers/link-memory.ts';
import { RULES } from '../helpers/rules.ts';

const numRuns = Number(process.env['PROPERTY_RUNS'] ?? 1_000);
const TOPIC = 'everything';
const CUSTOMERS = ['a', 'b', 'c'];
const DAY = 86_400_000;
const TERMS: Terms = {
  ...{ policy: 'p', jurisdiction: 'DE' },
  customer: { minimum: 'P0D', maximum: 'P1D', legalBasis: 'law' },
  archive: { minimum: 'P0D', maximum: 'P10Y', legalBasis: 'consent' },
};
const THEN: Consequences = {
  ...{ rules: RULES, audiences: [] },
  hash: (values) => values.map(({ kind, value }) => `${kind}:${value}`).sort(),
};

type Step =
  | { readonly customer: string; readonly says: 'ordered'; readonly orderId: string; readonly device: string | null }
  | { readonly customer: string; readonly says: 'archived' | 'erased' }
  | { readonly customer: string; readonly takes: number; readonly ends: 'published' | 'saved' | 'lost' }
  | { readonly counts: number; readonly ends: 'committed' | 'stored' }
  | 'settle';

const customer = fc.constantFrom(...CUSTOMERS);
const takes = fc.integer({ min: 1, max: 5 });
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        ...{ customer, says: fc.constant('ordered' as const), orderId: fc.constantFrom('1', '2') },
        device: fc.constantFrom('x', 'x', 'y', null),
      }),
    },
    { weight: 2, arbitrary: fc.record({ customer, says: fc.constantFrom('archived', 'archived', 'erased') }) },
    {
      weight: 6,
      arbitrary: fc.record({ customer, takes, ends: fc.constantFrom('published', 'published', 'saved', 'lost') }),
    },
    { weight: 2, arbitrary: fc.constant('settle' as const) },
    { weight: 3, arbitrary: fc.record({ counts: takes, ends: fc.constantFrom('committed', 'committed', 'stored') }) },
  ),
  { maxLength: 60, size: 'max' },
);

const eventOf = (step: Extract<Step, { says: string }>, at: number): InputEvent => {
  const said = { customerId: step.customer, occurredAt: at * 10 * DAY, eventId: `event-${at}` };
  if (step.says === 'ordered') return order({ ...said, orderId: step.orderId, deviceFingerprint: step.device });
  if (step.says === 'erased') return aRequest({ ...said, kind: 'erase' });
  return aRetention(TERMS, { ...said, occurredAt: (at * 10 + 5) * DAY });
};

const agreed = (customerId: string): InputEvent =>
  aRequest({
    ...{ kind: 'consentChanged', customerId, occurredAt: 1, eventId: 'consent' },
    consents: [aConsent({ purpose: 'archiving', decidedAt: 1 })],
  });

/** What a customer's task knows. */
interface Seat {
  readonly log: InputEvent[];
  committed: number;
  document: ProfileDocument | null;
}

const createWorld = () => {
  const seats = new Map(
    CUSTOMERS.map((id): [string, Seat] => [id, { log: [agreed(id)], committed: 0, document: null }]),
  );
  const statements: Statement[] = [];
  const store = createLinkMemory();
  let [counted, epoch] = [0, 1];

  const take = (customerId: string, takes: number, ends: 'published' | 'saved' | 'lost'): void => {
    const seat = seats.get(customerId);
    if (seat === undefined || seat.committed >= seat.log.length) return;
    const to = Math.min(seat.committed + takes, seat.log.length);
    const deliveries = seat.log
      .slice(seat.committed, to)
      .map((input, at) => ({ topic: TOPIC, offset: seat.committed + at, input }));
    const stretch = { epoch, from: { [TOPIC]: seat.committed }, to: { [TOPIC]: to } };
    const { document, publish, claims } = planCustomer(customerId, seat.document, deliveries, stretch, THEN);
    if (ends !== 'published') epoch += 1;
    if (ends === 'lost') return;
    seat.document = document;
    if (ends === 'saved') return;
    seat.committed = to;
    if (!publish || document === null) return;
    for (const claim of claims) {
      const said = { customerId, partition: 0, version: document.version, occurredAt: 1, ...claim };
      const envelope = { eventId: 'statement', sourceSystem: 'group', correlationId: null };
      statements.push({ offset: statements.length, said: { ...envelope, ...said } });
    }
  };

  const count = async (takes: number, ends: 'committed' | 'stored'): Promise<void> => {
    const batch = statements.slice(counted, counted + takes);
    await store.save(batch);
    if (ends === 'stored') return;
    counted += batch.length;
    const byLink = Map.groupBy(batch, ({ said }) => said.link);
    const members = await store.members([...byLink.keys()], MEMBERS_LOOKED_AT);
    for (const [link, said] of byLink) {
      for (const { customerId, customers, version } of answersTo(link, said, members.get(link) ?? [])) {
        const number: Record<string, string> = customers === null ? {} : { customers: String(customers) };
        const parameters = { link, version: String(version), ...number };
        const eventId = `answer-${link}-${version}`;
        const answer = aRefresh({ kind: 'linkCounted', customerId, eventId, occurredAt: 1, parameters });
        seats.get(customerId)?.log.push(answer);
      }
    }
  };

  const isSettled = (): boolean =>
    counted === statements.length && seats.values().every(({ log, committed }) => committed === log.length);

  const settle = async (): Promise<void> => {
    while (!isSettled()) {
      for (const id of CUSTOMERS) take(id, Infinity, 'published');
      await count(Infinity, 'committed');
    }
  };

  return { seats, take, count, settle };
};

const play = async (all: readonly Step[]) => {
  const world = createWorld();
  for (const [at, step] of all.entries()) {
    if (step === 'settle') await world.settle();
    else if ('counts' in step) await world.count(step.counts, step.ends);
    else if ('takes' in step) world.take(step.customer, step.takes, step.ends);
    else world.seats.get(step.customer)?.log.push(eventOf(step, at + 1));
  }
  await world.settle();
  return [...world.seats.values()].flatMap(({ document }) => (document === null ? [] : [document]));
};

it(
  'knows how many others there are, of what it has and of nothing else',
  async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const documents = await play(all);
        const owners = Map.groupBy(
          documents.flatMap(({ links }) => links?.claimed ?? []),
          (link) => link,
        );
        for (const { _id, archive, facts, links } of documents) {
          const claimed = new Set(links?.claimed);
          if (archive !== undefined) {
            expect([_id, ...claimed]).toEqual([_id]);
            continue;
          }
          for (const link of new Set([...claimed, ...Object.keys(facts.links)])) {
            const told = facts.links[link]?.value.customers;
            const others = claimed.has(link) ? (owners.get(link)?.length ?? 0) - 1 : undefined;
            // Nobody needs to be told that there is nobody else.
            expect([_id, link, told ?? (claimed.has(link) ? 0 : undefined)]).toEqual([_id, link, others]);
          }
        }
      }),
      { numRuns },
    );
  },
  20_000 + 20 * numRuns,
);
