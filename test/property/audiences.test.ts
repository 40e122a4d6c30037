import fc from 'fast-check';
import { AUDIENCES } from '../../src/domain/audiences/index.ts';
import { canonicalJson } from '../../src/domain/canonical.ts';
import { customerOf } from '../../src/domain/derive.ts';
import type { Facts } from '../../src/domain/facts.ts';
import { avroType } from '../helpers/avro.ts';
import { factsOf } from '../helpers/domain.ts';
import { audienceEvents, delivered } from './audience-arbitraries.ts';
import { RULES } from '../helpers/rules.ts';

/** The long form of the proof asks for more. */
const numRuns = Number(process.env['PROPERTY_RUNS'] ?? 1_000);
const RUNS = { numRuns };
const TIMEOUT_MS = 10_000 + 10 * numRuns;

/** As a database gives it back: other references, other order of members. */
const stored = (facts: Facts): Facts => JSON.parse(canonicalJson(facts)) as Facts;

const views = (facts: Facts): string => JSON.stringify(AUDIENCES.map(({ view }) => view(customerOf(facts, RULES))));

describe('the views of audiences', () => {
  it(
    'are the same text for any order and duplication of the same events, also after storing',
    () => {
      const deliveries = audienceEvents.chain((all) => fc.record({ all: fc.constant(all), arrived: delivered(all) }));
      fc.assert(
        fc.property(deliveries, ({ all, arrived }) => {
          expect(views(stored(factsOf(arrived)))).toBe(views(factsOf(all)));
        }),
        RUNS,
      );
    },
    TIMEOUT_MS,
  );

  it.each(AUDIENCES.map(({ name, record, view }) => ({ name, record, view })))(
    'of $name have exactly the fields of $record, with the envelope, and survive the round trip',
    ({ record, view }) => {
      const type = avroType(record);
      const versions = { version: 7, previousVersion: 3, occurredAt: 1000 };
      fc.assert(
        fc.property(audienceEvents, (all) => {
          const seen = view(customerOf(factsOf(all), RULES));
          if (seen === null) return;
          const event = { eventId: 'customer-1:7', customerId: 'customer-1', ...versions, ...seen };
          expect(JSON.stringify(type.fromBuffer(type.toBuffer(event)))).toBe(JSON.stringify(event));
        }),
        RUNS,
      );
    },
    TIMEOUT_MS,
  );

  it(
    'leave facts and profile untouched',
    () => {
      fc.assert(
        fc.property(audienceEvents, (all) => {
          const customer = customerOf(factsOf(all), RULES);
          const before = canonicalJson(customer);
          for (const { view } of AUDIENCES) view(customer);
          expect(canonicalJson(customer)).toBe(before);
        }),
        RUNS,
      );
    },
    TIMEOUT_MS,
  );
});
