/** Whatever crashes between saving and publishing, every subscriber hears an unbroken chain, also around erasures. */
import fc from 'fast-check';
import type { InputEvent } from '../../src/domain/events.ts';
import { announce, type AudienceOutput, type Outputs } from '../../src/pipeline/announce.ts';
import { versionOfTombstone } from '../../src/pipeline/cloud-events.ts';
import type { ProfileDocument } from '../../src/pipeline/document.ts';
import { planCustomer } from '../../src/pipeline/plan.ts';
import type { OutboundRecord } from '../../src/pipeline/ports.ts';
import { aRequest } from '../helpers/domain.ts';
import { order } from '../helpers/events.ts';
import { noLinks } from '../helpers/no-links.ts';
import { RULES } from '../helpers/rules.ts';

const numRuns = Number(process.env['PROPERTY_RUNS'] ?? 2_000);
const TOPIC = 'order-finalized';
const CUSTOMER = 'customer-1';

const encoder = { encode: (event: object): Buffer => Buffer.from(JSON.stringify(event)) };
const audience = (name: string, says: Pick<AudienceOutput, 'view' | 'nameOf'>): AudienceOutput => ({
  ...{ name, topic: name, record: 'MarketingProfileUpdated', encoder },
  ...says,
});
/** In the hands of members who know customers by the names of this key, with one audience muted or not. */
const audiencesOf = (key: number, isMuted: boolean): AudienceOutput[] => [
  audience('hears-everything', { view: ({ profile }) => ({ orders: profile.orderSummary.totalCount }) }),
  audience('hears-of-few', { view: ({ profile }) => (profile.orderSummary.totalCount < 3 ? { few: true } : null) }),
  audience('knows-a-name', {
    view: ({ profile }) => ({ odd: profile.orderSummary.totalCount % 2 }),
    nameOf: () => `name ${key}`,
  }),
  { ...audience('is-muted', { view: () => ({}) }), muted: isMuted },
];
const outputs: Outputs = {
  encoder,
  outputTopic: 'customer-updated',
  audiences: audiencesOf(0, false),
  links: noLinks,
  group: 'group',
};

interface Step {
  /** Messages of the log that the round takes. */
  readonly takes: number;
  /** How far it gets. */
  readonly ends: 'published' | 'saved' | 'lost';
  readonly key: number;
  readonly isMuted: boolean;
}

const LAST: Step = { takes: Infinity, ends: 'published', key: 0, isMuted: false };

const input = fc.oneof(
  { weight: 3, arbitrary: fc.record({ order: fc.nat(4), at: fc.integer({ min: 1, max: 40 }) }) },
  { weight: 1, arbitrary: fc.record({ erasedAt: fc.integer({ min: 1, max: 40 }) }) },
);
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    takes: fc.integer({ min: 1, max: 5 }),
    ends: fc.constantFrom('published', 'published', 'saved', 'lost'),
    key: fc.constantFrom(0, 0, 0, 1),
    isMuted: fc.boolean(),
  }),
  { maxLength: 20 },
);

const eventOf = (said: { order: number; at: number } | { erasedAt: number }): InputEvent =>
  'order' in said
    ? order({ orderId: `order-${said.order}`, occurredAt: said.at, customerId: CUSTOMER })
    : aRequest({ kind: 'erase', occurredAt: said.erasedAt, customerId: CUSTOMER });

/** What is published of the log by owners of whom each ends as it does; the last one gets to the end. */
const publishedOf = (log: readonly InputEvent[], rounds: readonly Step[]): OutboundRecord[] => {
  const records: OutboundRecord[] = [];
  let document: ProfileDocument | null = null;
  let [committed, epoch] = [0, 1];
  for (const { takes, ends, key, isMuted } of [...rounds, LAST, LAST]) {
    const to = Math.min(committed + takes, log.length);
    const deliveries = log
      .slice(committed, to)
      .map((each, at) => ({ topic: TOPIC, offset: committed + at, input: each }));
    const stretch = { epoch, from: { [TOPIC]: committed }, to: { [TOPIC]: to } };
    const plan = planCustomer(CUSTOMER, document, deliveries, stretch, {
      rules: RULES,
      audiences: audiencesOf(key, isMuted),
      hash: null,
    });
    if (ends !== 'published') epoch += 1;
    if (ends === 'lost') continue;
    document = plan.document;
    if (ends === 'saved') continue;
    if (plan.publish) records.push(...announce(outputs, 0, plan));
    committed = to;
  }
  return records;
};

interface Heard {
  readonly version: number;
  /** Null for a tombstone, which names nothing. */
  readonly previousVersion: number | null;
}

const heardOf = ({ value, headers }: OutboundRecord): Heard =>
  value === null
    ? { version: versionOfTombstone(headers) ?? NaN, previousVersion: null }
    : (JSON.parse(value.toString()) as Heard);

it(
  'hears an unbroken chain',
  () => {
    fc.assert(
      fc.property(fc.array(input, { minLength: 1, maxLength: 25 }), steps, (said, rounds) => {
        const chains = Map.groupBy(
          publishedOf(said.map(eventOf), rounds),
          ({ topic, key }) => `${topic} ${String(key)}`,
        );
        for (const [of, chain] of chains) {
          let [known, isGone] = [0, false];
          for (const { version, previousVersion } of chain.map(heardOf)) {
            // A name that was given up may begin anew.
            const before = previousVersion === 0 && isGone ? known : (previousVersion ?? known);
            expect([of, version > known, before]).toEqual([of, true, known]);
            [known, isGone] = [version, previousVersion === null];
          }
        }
      }),
      { numRuns },
    );
  },
  10_000 + 10 * numRuns,
);
