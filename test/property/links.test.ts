/** Whoever shares a value is told how many others do, whatever is redelivered in whatever batches. */
import fc from 'fast-check';
import { MOST_OTHERS } from '../../src/domain/links.ts';
import { answersTo, MEMBERS_LOOKED_AT, type Statement } from '../../src/pipeline/links/answers.ts';

const numRuns = Number(process.env['PROPERTY_RUNS'] ?? 1_000);

const LINK = 'phone:hash';
const CUSTOMERS = MOST_OTHERS * 2;

interface Member {
  readonly customerId: string;
  readonly partition: number;
  readonly version: number;
  readonly since: number;
  readonly linked: boolean;
}

/** One batch: how many statements it reads, and how often it is stored without being committed before it is. */
interface Batch {
  readonly length: number;
  readonly lost: readonly number[];
}

const customerIds = Array.from({ length: CUSTOMERS }, (_, number) => `customer-${String(number).padStart(2, '0')}`);

/** Of so many customers, of whose statements so many of ten claim the value. */
const statementsOf = (customers: number, claims: number, maxLength: number) =>
  fc
    .array(fc.tuple(fc.constantFrom(...customerIds.slice(0, customers)), fc.nat(9)), { maxLength, size: 'max' })
    .map((said) =>
      said.map(([customerId, chance], offset): Statement => ({
        offset,
        said: {
          ...{ eventId: `${customerId}:${offset + 1}`, occurredAt: offset, sourceSystem: 'group', correlationId: null },
          ...{ customerId, link: LINK, linked: chance < claims, version: offset + 1, partition: 0, told: false },
        },
      })),
    );

/** Few, who come and go, and so many that nobody is counted one by one. */
const statements = fc.oneof(statementsOf(3, 5, 30), statementsOf(CUSTOMERS, 8, 200));

const batches = fc.array(
  fc.record({
    length: fc.integer({ min: 1, max: 60 }),
    lost: fc.array(fc.integer({ min: 1, max: 90 }), { maxLength: 2 }),
  }),
  { minLength: 1, maxLength: 20 },
);

/** The store as the adapter has it: the statement of the highest version stands. */
const store = (members: Map<string, Member>, batch: readonly Statement[]): void => {
  for (const { offset, said } of batch) {
    const { customerId, partition, version, linked } = said;
    if ((members.get(customerId)?.version ?? 0) < version) {
      members.set(customerId, { customerId, partition, version, since: offset, linked });
    }
  }
};

const oldest = (members: Map<string, Member>): Member[] =>
  [...members.values()]
    .filter(({ linked }) => linked)
    .sort((a, b) => a.since - b.since)
    .slice(0, MEMBERS_LOOKED_AT);

interface Told {
  readonly version: number;
  readonly customers: number | null;
}

const play = (log: readonly Statement[], plan: readonly Batch[]) => {
  const members = new Map<string, Member>();
  const told = new Map<string, Told>();
  let most = 0;
  for (let at = 0, turn = 0; at < log.length; turn += 1) {
    const { length, lost } = plan[turn % plan.length] ?? { length: 1, lost: [] };
    // Stored, and then the owner crashed: the successor's batch may be shorter or longer.
    for (const further of lost) store(members, log.slice(at, at + further));
    const batch = log.slice(at, at + length);
    store(members, batch);
    const answers = answersTo(LINK, batch, oldest(members));
    most = Math.max(most, answers.length - new Set(batch.map(({ said }) => said.customerId)).size);
    for (const { customerId, version, customers } of answers) {
      expect(version).toBeGreaterThanOrEqual(told.get(customerId)?.version ?? 0);
      told.set(customerId, { version, customers });
    }
    at += length;
  }
  return { members, told, most };
};

it('everybody knows in the end how many others there are', () => {
  fc.assert(
    fc.property(statements, batches, (log, plan) => {
      const { members, told } = play(log, plan);
      const count = [...members.values()].filter(({ linked }) => linked).length;
      for (const { customerId, linked } of members.values()) {
        const known = told.get(customerId)?.customers ?? null;
        // Nobody needs to be told that there is nobody else.
        expect([customerId, known ?? 0]).toEqual([customerId, linked ? Math.min(count - 1, MOST_OTHERS) : 0]);
        if (!linked) expect(known).toBeNull();
      }
    }),
    { numRuns },
  );
});

it('where more than twenty have had a value before, only those are told of whom something is said', () => {
  const crowd = Array.from({ length: MEMBERS_LOOKED_AT }, (_, number) => ({
    ...{ customerId: `customer-${number}`, partition: 0, since: number },
  }));
  const said = {
    eventId: 'x',
    occurredAt: 0,
    sourceSystem: 'group',
    correlationId: null,
    link: LINK,
    partition: 0,
    told: false,
  };
  const statement: Statement = { offset: 500, said: { ...said, customerId: 'newcomer', linked: true, version: 1 } };
  expect(answersTo(LINK, [statement], crowd).map(({ customerId }) => customerId)).toEqual(['newcomer']);
});

it('whatever is said, no more are told than it is said of and twenty others', () => {
  fc.assert(
    fc.property(statements, batches, (log, plan) => {
      expect(play(log, plan).most).toBeLessThanOrEqual(MOST_OTHERS);
    }),
    { numRuns },
  );
});
