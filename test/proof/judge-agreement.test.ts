/** Two readings of one contract, written apart, must agree: the judge's and that of the code it judges. */
import fc from 'fast-check';
import { canonical } from '../../proof/judge/canonical.ts';
import { factsOf } from '../../proof/judge/facts.ts';
import { profileOf } from '../../proof/judge/profile.ts';
import { matches } from '../../proof/judge/query.ts';
import type { LogRecord } from '../../proof/judge/judge.ts';
import { statementsOf } from '../../proof/judge/statements.ts';
import { verdictOf } from '../../proof/judge/verdict.ts';
import { VIEWS } from '../../proof/judge/views.ts';
import { recordType } from '../../src/adapters/registry/schemas.ts';
import { bodyOf, frame, schemaIdOf } from '../../src/adapters/registry/wire.ts';
import { AUDIENCES } from '../../src/domain/audiences/index.ts';
import { canonicalJson } from '../../src/domain/canonical.ts';
import { customerOf, derive } from '../../src/domain/derive.ts';
import type { InputEvent } from '../../src/domain/events.ts';
import { isRefusal, judge } from '../../src/domain/refusal.ts';
import { createFaults } from '../../src/domain/rules/faults.ts';
import { readCompleteness } from '../../src/domain/rules/completeness.ts';
import { without } from '../../src/domain/rules/fields.ts';
import { readMatch } from '../../src/domain/rules/match.ts';
import { compileQuery } from '../../src/domain/rules/query.ts';
import { compileRules } from '../../src/domain/rules.ts';
import { underKey } from '../../src/pipeline/pseudonyms.ts';
import * as product from '../helpers/domain.ts';
import { eventWorld, SCHEMA_IDS, trafficDecoder, trafficWorld } from '../helpers/traffic-world.ts';
import { OPEN_ITEM_FIELDS, ORDER_FIELDS, PROFILE_FIELDS } from '../helpers/rule-fields.ts';
import { inputEvents } from '../property/arbitraries.ts';
import { queriesAbout } from '../property/rule-arbitraries.ts';
import { audienceHistories } from './judge-audience-events.ts';
import { judged, JUDGED_SEGMENTED, type Left, leftIn, SETTINGS } from './judge-evidence.ts';
import { SEGMENTED } from '../helpers/rules.ts';

describe('facts and profile', () => {
  it('are those that the product folds, for any events of a customer', () => {
    fc.assert(
      fc.property(inputEvents, (events) => {
        const facts = factsOf(events.flatMap(({ type, event }) => statementsOf(type, { ...event })));
        const expected = product.factsOf(events);
        expect(canonical(facts)).toBe(canonicalJson(expected));
        expect(canonical(profileOf(facts, JUDGED_SEGMENTED))).toBe(canonicalJson(derive(expected, SEGMENTED)));
      }),
      { numRuns: 1000 },
    );
  });

  it('are the same for any order of the events', () => {
    const shuffled = inputEvents.chain((events) =>
      fc.tuple(fc.constant(events), fc.shuffledSubarray(events, { minLength: events.length })),
    );
    const text = (events: readonly InputEvent[]): string => {
      const facts = factsOf(events.flatMap(({ type, event }) => statementsOf(type, { ...event })));
      return canonical({ facts, profile: profileOf(facts, JUDGED_SEGMENTED) });
    };
    fc.assert(fc.property(shuffled, ([some, others]) => expect(text(others)).toBe(text(some))));
  });
});

describe('conditions of rules', () => {
  it('find whom they find in the product, for any profile', () => {
    const profiles = inputEvents.map((events) => derive(product.factsOf(events), SEGMENTED));
    fc.assert(
      fc.property(queriesAbout(PROFILE_FIELDS), fc.array(profiles, { minLength: 5, maxLength: 5 }), (said, all) => {
        const match = compileQuery(readMatch(said, PROFILE_FIELDS, 'match', createFaults()));
        expect(all.map((profile) => matches(profile, said))).toEqual(all.map(match));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('what is missing', () => {
  const paths = [
    'contactMediums',
    'contactMediums.email',
    'party.familyName',
    'agreements',
    'preferences.billing.media',
  ];
  const condition = {
    profile: queriesAbout(without(PROFILE_FIELDS, 'segments', 'completeness'), 1),
    orderItem: queriesAbout(OPEN_ITEM_FIELDS, 1),
  };
  const rule = fc.record({
    requiredBy: fc.constantFrom('a', 'b'),
    when: fc.record(condition, { requiredKeys: [] }),
    require: fc.subarray(paths, { minLength: 1 }),
  });
  const files = fc.array(rule, { maxLength: 3 }).map((rules) => ({ version: 1, rules }));

  it('is what is missing for the product, by any rules', () => {
    let asked = 0;
    fc.assert(
      fc.property(files, inputEvents, (completeness, events) => {
        const faults = createFaults();
        const fields = { profile: PROFILE_FIELDS, order: ORDER_FIELDS };
        const rules = readCompleteness(JSON.stringify(completeness), fields, faults);
        expect(faults.list()).toEqual([]);
        const missing = derive(
          product.factsOf(events),
          compileRules({ segments: [], completeness: rules }),
        ).completeness;
        const facts = factsOf(events.flatMap(({ type, event }) => statementsOf(type, { ...event })));
        expect(profileOf(facts, { segments: null, completeness })['completeness']).toEqual(missing);
        if (missing.length > 0 && rules.some(({ when }) => when.orderItem !== undefined)) asked += 1;
      }),
      { numRuns: 3000 },
    );
    expect(asked).toBeGreaterThan(100);
  });
});

const CHURN_KEYS = ['one key of these tests', 'and another key of them'] as const;

describe('the views of audiences', () => {
  const agree = (events: readonly InputEvent[]): void => {
    const facts = factsOf(events.flatMap(({ type, event }) => statementsOf(type, { ...event })));
    const profile = profileOf(facts, JUDGED_SEGMENTED);
    const customer = customerOf(product.factsOf(events), SEGMENTED);
    for (const audience of AUDIENCES) {
      for (const key of [null, CHURN_KEYS[0]]) {
        const theirs = underKey(audience, key ?? undefined).view(customer);
        const ours = VIEWS[audience.name](facts, profile, key);
        expect(`${audience.name} ${canonical(ours)}`).toBe(`${audience.name} ${canonical(theirs)}`);
      }
    }
  };

  it('are those that the product derives, for any events of a customer', () => {
    fc.assert(fc.property(audienceHistories, agree), { numRuns: 3000 });
    fc.assert(fc.property(inputEvents, agree), { numRuns: 1000 });
  });

  it('are published by the product as the judge has it, however batches and aborted transactions fall', async () => {
    const histories = fc.record({
      events: audienceHistories,
      batch: fc.integer({ min: 1, max: 3 }),
      aborted: fc.uniqueArray(fc.integer({ min: 1, max: 14 }), { maxLength: 5 }),
    });
    let tombstones = 0;
    let aborts = 0;
    await fc.assert(
      fc.asyncProperty(histories, async ({ events, batch, aborted }) => {
        const world = await eventWorld(events, {
          ...{ batch, rules: SEGMENTED },
          aborts: (attempt) => aborted.includes(attempt),
        });
        expect(world.deadLetters).toEqual([]);
        const { violations } = await judged(leftIn(world), { ...SETTINGS, rules: JUDGED_SEGMENTED });
        expect(violations).toEqual([]);
        tombstones += world.heard.filter(({ value }) => value === null).length;
        aborts += world.aborted.length;
      }),
      { numRuns: 400 },
    );
    expect(tombstones).toBeGreaterThan(20);
    expect(aborts).toBeGreaterThan(100);
  });

  it('are published by the names that the judge has, whoever makes an attempt with which key', async () => {
    const histories = fc.record({
      events: audienceHistories,
      batch: fc.integer({ min: 1, max: 3 }),
      aborted: fc.uniqueArray(fc.integer({ min: 1, max: 14 }), { maxLength: 5 }),
      keys: fc.array(fc.constantFrom(null, ...CHURN_KEYS), { maxLength: 8, size: 'max' }),
      last: fc.constantFrom(null, ...CHURN_KEYS),
    });
    let renamed = 0;
    await fc.assert(
      fc.asyncProperty(histories, async ({ events, batch, aborted, keys, last }) => {
        const refreshes = Array.from({ length: (keys.length + 1) * batch }, (_, i) =>
          product.aRefresh({ eventId: `refresh-${i}` }),
        );
        const world = await eventWorld([...events, ...refreshes], {
          ...{ batch, rules: SEGMENTED },
          churnKey: (attempt) => (attempt > keys.length ? last : keys[attempt - 1]) ?? undefined,
          aborts: (attempt) => aborted.includes(attempt),
        });
        const churnKeys = [null, ...CHURN_KEYS, last];
        const { violations } = await judged(leftIn(world), { ...SETTINGS, rules: JUDGED_SEGMENTED, churnKeys });
        expect(violations).toEqual([]);
        renamed += world.heard.filter(({ topic, value }) => topic.endsWith('churn') && value === null).length;
      }),
      { numRuns: 400 },
    );
    expect(renamed).toBeGreaterThan(400);
  });
});

const INPUTS = ['OrderFinalized', 'ContractSigned', 'PrivacyRequested', 'ProfileCommand', 'CustomerLink'] as const;

describe('the verdict on spoilt bytes', () => {
  let left: Left;
  const decoder = trafficDecoder();

  beforeAll(async () => {
    left = leftIn(await trafficWorld({ seed: 11, customers: 20, events: 100, brokenRatio: 0 }, { linkKeys: ['key'] }));
    const count = (wanted: string): number => left.inputs.filter(({ topic }) => topic === wanted).length;
    expect([count('customer-link') > 50, count('profile-command') > 5]).toEqual([true, true]);
    await decoder.prepare(left.inputs.map(({ value }) => value));
  });

  const spoilt = (value: Buffer, how: number, at: number, byte: number): Buffer => {
    const place = 5 + (at % (value.length - 5));
    const [before, after] = [value.subarray(0, place), value.subarray(place)];
    switch (how) {
      case 0:
        return before;
      case 1:
        return Buffer.concat([before, Buffer.from([byte]), after]);
      case 2:
        return Buffer.concat([before, after.subarray(1 + (byte % 3))]);
      default:
        return Buffer.concat([before, Buffer.from([byte]), after.subarray(1)]);
    }
  };

  const product = (record: LogRecord): { verdict: string; event: object | null } => {
    const decoded = decoder.decode(record.topic, record.value);
    if (isRefusal(decoded)) return { verdict: decoded.reason, event: null };
    const arrival = {
      key: record.key?.toString() ?? null,
      recordTimestamp: record.timestamp,
      futureToleranceMs: SETTINGS.futureToleranceMs,
    };
    const refusal = judge(decoded, arrival);
    return { verdict: refusal ? `${refusal.reason} ${refusal.field ?? ''}` : 'applied', event: decoded.event };
  };

  const ours = (record: LogRecord): { verdict: string; event: object | null } => {
    const verdict = verdictOf(record, SETTINGS);
    const event = verdict.event ?? null;
    if (verdict.kind === 'applied') return { verdict: 'applied', event };
    return { verdict: event === null ? verdict.reason : `${verdict.reason} ${verdict.field ?? ''}`, event };
  };

  /** Without the only difference: for the client library a boolean may be any byte, and is written again as 0 or 1. */
  const asWritten = (record: LogRecord, event: object): LogRecord => {
    const id = record.value && schemaIdOf(record.value);
    const name = INPUTS.find((input) => SCHEMA_IDS[input] === id) ?? 'OrderFinalized';
    return { ...record, value: frame(SCHEMA_IDS[name], recordType(name).toBuffer(event)) };
  };

  it('is that of the product, and so is what the bytes say', () => {
    const spoiling = fc.record({ which: fc.nat(), how: fc.nat(4), at: fc.nat(), byte: fc.nat(255) });
    fc.assert(
      fc.property(spoiling, ({ which, how, at, byte }) => {
        const chosen = left.inputs[which % left.inputs.length];
        if (chosen?.value == null) throw new Error('traffic without a value');
        const record = { ...chosen, value: spoilt(chosen.value, how, at, byte) };
        const theirs = product(record);
        let judged = ours(record);
        if (theirs.event !== null && judged.event === null) {
          const written = asWritten(record, theirs.event);
          expect(bodyOf(written.value ?? Buffer.alloc(0))).toHaveLength(bodyOf(record.value).length);
          judged = ours(written);
        }
        expect(judged.verdict).toBe(theirs.verdict);
        expect(canonical(judged.event)).toBe(canonicalJson(theirs.event));
      }),
      { numRuns: 1500 },
    );
  });
});
