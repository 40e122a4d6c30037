/** Rules mean to us what they mean to a MongoDB server. */
import fc from 'fast-check';
import { connectMongo, type MongoConnection } from '../../src/adapters/mongodb/client.ts';
import { customerOf, derive } from '../../src/domain/derive.ts';
import { openItemsOf } from '../../src/domain/derive/open-items.ts';
import { emptyFacts, type Facts } from '../../src/domain/facts.ts';
import { merge } from '../../src/domain/merge.ts';
import { createFaults } from '../../src/domain/rules/faults.ts';
import { readMatch } from '../../src/domain/rules/match.ts';
import { compileQuery } from '../../src/domain/rules/query.ts';
import { loadConfig } from '../../src/config.ts';
import { generateTraffic } from '../../src/traffic/index.ts';
import { factsOf } from '../helpers/domain.ts';
import { PROFILE_FIELDS } from '../helpers/rule-fields.ts';
import { EXAMPLE_SEGMENTS, SEGMENTED } from '../helpers/rules.ts';
import { testServices, uniqueName } from '../helpers/services.ts';
import { inputEvents } from '../property/arbitraries.ts';
import { queriesAbout } from '../property/rule-arbitraries.ts';

let mongo: MongoConnection;
beforeAll(async () => {
  mongo = await connectMongo({ uri: testServices().mongodbUri, database: uniqueName('rules') });
});
afterAll(async () => {
  await mongo.db.dropDatabase();
  await mongo.close();
});

/** Gives the numbers of those that a MongoDB server finds. */
const keep = async (profiles: readonly object[]): Promise<(match: object) => Promise<number[]>> => {
  const kept = mongo.db.collection<{ _id: number }>(uniqueName('profiles'));
  await kept.insertMany(profiles.map((profile, _id) => ({ _id, ...profile })));
  return async (match) =>
    (await kept.find(match).sort({ _id: 1 }).project<{ _id: number }>({ _id: 1 }).toArray()).map(({ _id }) => _id);
};

const numbersOf = (profiles: readonly object[], match: object): number[] => {
  const includes = compileQuery(match);
  return profiles.flatMap((profile, i) => (includes(profile) ? [i] : []));
};

it('any query that a rule may hold finds in memory whom it finds in MongoDB', async () => {
  const profiles = fc.sample(inputEvents, 200).map((events) => derive(factsOf(events), SEGMENTED));
  const found = await keep(profiles);
  let telling = 0;
  await fc.assert(
    fc.asyncProperty(queriesAbout(PROFILE_FIELDS), async (said) => {
      const faults = createFaults();
      const match = readMatch(said, PROFILE_FIELDS, 'match', faults);
      expect(faults.list()).toEqual([]);
      const ours = numbersOf(profiles, match);
      expect(ours).toEqual(await found(match));
      if (ours.length > 0 && ours.length < profiles.length) telling += 1;
    }),
    { numRuns: 2_000 },
  );
  expect(telling).toBeGreaterThan(500);
}, 120_000);

describe('the rules that we ship', () => {
  const facts = new Map<string, Facts>();
  for (const { input, expected } of generateTraffic({
    ...{ seed: 3, customers: 400, events: 4_000 },
    start: Date.UTC(2026, 0, 1),
  })) {
    const { customerId } = input.event;
    if (expected === 'applied') facts.set(customerId, merge(facts.get(customerId) ?? emptyFacts, input));
  }
  const customers = [...facts.values()].map((each) => customerOf(each, SEGMENTED));
  const profiles = customers.map(({ profile }) => profile);
  const items = customers.flatMap(({ ledger }) => openItemsOf(ledger));
  const { rules } = loadConfig({ SEGMENTS_FILE: EXAMPLE_SEGMENTS }, ['rules']).rules.segments ?? { rules: [] };

  it.each(rules.map((rule) => [rule.name, rule] as const))(
    '%s finds whom MongoDB finds: some, not all',
    async (name, rule) => {
      const found = await (await keep(profiles))(rule.match);
      expect(profiles.flatMap(({ segments }, i) => (segments.includes(name) ? [i] : []))).toEqual(found);
      expect(found.length).toBeGreaterThan(0);
      expect(found.length).toBeLessThan(profiles.length);
    },
  );

  const ofCompleteness = ['rules/completeness.json', 'examples/completeness.json'].flatMap((file) =>
    loadConfig({ COMPLETENESS_FILE: file }, ['rules']).rules.completeness.rules.map(
      ({ requiredBy, when }) => [requiredBy, file, when] as const,
    ),
  );

  it.each(ofCompleteness)(
    'of completeness, %s in %s asks of whom MongoDB would ask',
    async (_, __, { profile, orderItem }) => {
      if (profile !== undefined) expect(numbersOf(profiles, profile)).toEqual(await (await keep(profiles))(profile));
      if (orderItem !== undefined) expect(numbersOf(items, orderItem)).toEqual(await (await keep(items))(orderItem));
    },
  );

  it('are asked about items that are still to be completed, of every action', () => {
    expect(new Set(items.map(({ action }) => action))).toEqual(new Set(['add', 'modify', 'delete']));
  });
});
