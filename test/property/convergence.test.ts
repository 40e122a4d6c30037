import fc from 'fast-check';
import { canonicalJson } from '../../src/domain/canonical.ts';
import { customerUpdated } from '../../src/domain/customer-updated.ts';
import { cut } from '../../src/domain/cuts.ts';
import { derive } from '../../src/domain/derive.ts';
import { changedPaths, diff } from '../../src/domain/diff.ts';
import type { InputEvent } from '../../src/domain/events.ts';
import { emptyFacts, type Facts } from '../../src/domain/facts.ts';
import type { CustomerUpdated } from '../../src/domain/generated/CustomerUpdated.ts';
import { merge } from '../../src/domain/merge.ts';
import { avroType } from '../helpers/avro.ts';
import { factsOf } from '../helpers/domain.ts';
import { type CutOff, cutOff, inputEvent, inputEvents } from './arbitraries.ts';
import { RULES } from '../helpers/rules.ts';

/** The long form of the proof asks for more. */
const numRuns = Number(process.env['PROPERTY_RUNS'] ?? 1_000);
const RUNS = { numRuns };
const TIMEOUT_MS = 10_000 + 10 * numRuns;

const bytes = (facts: Facts): string => canonicalJson({ facts, profile: derive(facts, RULES) });

/** As a database gives it back: other references, other order of members. */
const stored = (facts: Facts): Facts => JSON.parse(canonicalJson(facts)) as Facts;

const deliveries = inputEvents.chain((events) =>
  fc.record({
    events: fc.constant(events),
    delivered: fc
      .tuple(fc.shuffledSubarray(events, { minLength: events.length }), fc.subarray(events))
      .chain(([all, again]) => fc.shuffledSubarray([...all, ...again], { minLength: all.length + again.length })),
    batchSize: fc.integer({ min: 1, max: 4 }),
  }),
);

const inBatches = (events: readonly InputEvent[], size: number): Facts => {
  let facts = emptyFacts;
  for (let i = 0; i < events.length; i += size) facts = stored(factsOf(events.slice(i, i + size), facts));
  return facts;
};

const after = (steps: readonly (InputEvent | CutOff)[]): Facts => {
  let facts = emptyFacts;
  for (const step of steps)
    facts = stored('section' in step ? cut(facts, step.section, step.said) : merge(facts, step));
  return facts;
};

describe('convergence', () => {
  it(
    'gives byte-equal facts and profile for any order, duplication and batching of the same events',
    () => {
      fc.assert(
        fc.property(deliveries, ({ events, delivered, batchSize }) => {
          expect(bytes(inBatches(delivered, batchSize))).toBe(bytes(factsOf(events)));
        }),
        RUNS,
      );
    },
    TIMEOUT_MS,
  );

  it(
    'keeps the very facts when an event is merged again, also after storing',
    () => {
      fc.assert(
        fc.property(inputEvents, inputEvent, (events, event) => {
          const facts = factsOf([...events, event]);
          expect(merge(facts, event)).toBe(facts);
          const reloaded = stored(facts);
          expect(merge(reloaded, event)).toBe(reloaded);
        }),
        RUNS,
      );
    },
    TIMEOUT_MS,
  );

  it(
    'gives byte-equal facts whatever is forgotten of them before, between and after the same events',
    () => {
      const steps = fc.array(fc.oneof({ weight: 2, arbitrary: inputEvent }, cutOff), { maxLength: 8 });
      const twice = steps.chain((all) =>
        fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }), fc.subarray(all)),
      );
      fc.assert(
        fc.property(twice, ([all, shuffled, again]) => {
          expect(bytes(after([...shuffled, ...again]))).toBe(bytes(after(all)));
        }),
        RUNS,
      );
    },
    TIMEOUT_MS,
  );

  it(
    'leaves the facts before untouched',
    () => {
      fc.assert(
        fc.property(inputEvents, inputEvent, (events, event) => {
          const facts = factsOf(events);
          const before = bytes(facts);
          merge(facts, event);
          expect(bytes(facts)).toBe(before);
        }),
        RUNS,
      );
    },
    TIMEOUT_MS,
  );
});

describe('the profile', () => {
  const type = avroType('CustomerUpdated');

  it(
    'always encodes as CustomerUpdated and survives the round trip',
    () => {
      fc.assert(
        fc.property(inputEvents, (events) => {
          const profile = derive(factsOf(events), RULES);
          const event = customerUpdated({
            customerId: 'customer-1',
            version: 1,
            previousVersion: 0,
            pending: { paths: ['status'], causes: [], occurredAt: 0 },
            profile,
          });
          const decoded = type.fromBuffer(type.toBuffer(event)) as CustomerUpdated;
          expect(canonicalJson(decoded)).toBe(canonicalJson(event));
        }),
        RUNS,
      );
    },
    TIMEOUT_MS,
  );

  it(
    'has exactly one preferred medium of each type present',
    () => {
      fc.assert(
        fc.property(inputEvents, (events) => {
          const { contactMediums } = derive(factsOf(events), RULES);
          const types = contactMediums.map(({ mediumType }) => mediumType);
          const preferred = contactMediums.filter((medium) => medium.preferred).map(({ mediumType }) => mediumType);
          expect(preferred).toEqual([...new Set(types)]);
        }),
        RUNS,
      );
    },
    TIMEOUT_MS,
  );
});

describe('diff', () => {
  const apply = (tree: object, path: readonly string[], value: unknown): void => {
    const [name = '', ...rest] = path;
    const node = tree as Record<string, object>;
    if (rest.length > 0) apply(node[name] ?? {}, rest, value);
    else if (value === undefined) Reflect.deleteProperty(node, name);
    else Object.defineProperty(node, name, { value, enumerable: true, configurable: true, writable: true });
  };

  const patched = (before: object, after: object): object => {
    const copy = structuredClone(before);
    for (const { path, value } of diff(before, after, [])) apply(copy, path, value);
    return copy;
  };

  it(
    'turns any facts into any others, and any profile, when applied',
    () => {
      fc.assert(
        fc.property(inputEvents, inputEvents, (some, others) => {
          const [before, after] = [factsOf(some), factsOf(others)];
          expect(canonicalJson(patched(before, after))).toBe(canonicalJson(after));
          const [profileBefore, profileAfter] = [derive(before, RULES), derive(after, RULES)];
          expect(canonicalJson(patched(profileBefore, profileAfter))).toBe(canonicalJson(profileAfter));
        }),
        RUNS,
      );
    },
    TIMEOUT_MS,
  );

  it(
    'finds nothing between equal facts, whatever order a database gave them back in',
    () => {
      fc.assert(
        fc.property(inputEvents, (events) => {
          const facts = factsOf(events);
          expect(changedPaths(diff(stored(facts), facts, []))).toEqual([]);
        }),
        RUNS,
      );
    },
    TIMEOUT_MS,
  );
});
