/** What faults strike: servers, traffic that goes on, and members in their places in the group. */
import { setTimeout as pause } from 'node:timers/promises';
import { recordType } from '../../src/adapters/registry/schemas.ts';
import { frame } from '../../src/adapters/registry/wire.ts';
import { isProfileError } from '../../src/errors.ts';
import { TELL_STEPS, type Fault } from '../../test/helpers/fault.ts';
import type { Member } from '../../test/helpers/member.ts';
import { createScenario, type Scenario, type Traffic } from '../../test/helpers/scenario.ts';
import { newerWriter, registerAnew } from '../../test/helpers/writer-schemas.ts';
import { POLICY_FILE } from './policy.ts';
import { order } from '../../test/helpers/events.ts';
import type { Options } from './options.ts';
import type { Servers } from './servers.ts';

export interface World {
  readonly options: Options;
  readonly servers: Servers;
  readonly scenario: Scenario;
  /** Members that live and are nobody's prey at the moment. */
  free(): readonly Member[];
  /** Every member that lives. */
  alive(): readonly Member[];
  /** Every member there ever was. */
  everybody(): readonly Member[];
  /** Batches that members have told of. */
  batches(): number;
  /** Starts a member. */
  join(env?: Readonly<Record<string, string>>, ...faults: Fault[]): Member;
  /** Takes a member for oneself while `work` lasts; null when every member is taken. */
  withPrey<T>(
    choose: (free: readonly Member[]) => Member | undefined,
    work: (prey: Member) => Promise<T>,
  ): Promise<T | null>;
  /** Starts members until there are as many as at the beginning. */
  refill(): void;
  /** An order written with a schema that no member has met: its id has to be asked of the registry. */
  newlyWritten(): Promise<Parameters<Scenario['publish']>[0][number]>;
  close(): Promise<void>;
}

const LINK_KEY = 'what is shared is compared under it';
const CHURN_KEY = 'churn models know nobody by the id';

export const createWorld = async (options: Options, servers: Servers): Promise<World> => {
  const { partitions, members: count } = options;
  const { addresses: services, replicationFactor, throughProxies } = servers;
  const scenario = await createScenario({
    ...{ services, partitions, replicationFactor },
    ...(throughProxies === undefined ? {} : { throughProxies }),
    env: {
      ...{ UNKNOWN_SCHEMA_GRACE_MS: '2000', LOG_LEVEL: 'debug', LINK_KEY, CHURN_KEY, [TELL_STEPS]: 'true' },
      ...{ SEGMENTS_FILE: 'examples/segments.json', REKEYED_INPUTS: 'order-finalized' },
      RETENTION_FILE: POLICY_FILE,
      // Two orders are all that a document may hold, so that those of most customers move.
      PROFILE_ORDERS: '1',
    },
  });
  const everybody: Member[] = [];
  const gone = new Set<Member>();
  const taken = new Set<Member>();
  let written = 0;

  const alive = () => everybody.filter((member) => !gone.has(member));
  const free = () => alive().filter((member) => !taken.has(member));
  const batches = () => everybody.reduce((sum, member) => sum + member.eventsOf('batch').length, 0);
  const join: World['join'] = (env = {}, ...faults) => {
    const member = scenario.memberWith(env, ...faults);
    everybody.push(member);
    void member.ended.then(() => gone.add(member));
    return member;
  };
  const refill = (): void => {
    while (alive().length < count) join();
  };
  return {
    ...{ options, servers, scenario, free, alive, everybody: () => everybody, batches, join, refill },
    withPrey: async (choose, work) => {
      const prey = choose(free());
      if (prey === undefined) return null;
      taken.add(prey);
      try {
        return await work(prey);
      } finally {
        taken.delete(prey);
      }
    },
    newlyWritten: async () => {
      const [topic] = scenario.inputs;
      const type = recordType('OrderFinalized');
      const id = await persistently(() => registerAnew(scenario.registry, `${topic}-value`, newerWriter(type)));
      written += 1;
      const { event } = order({ customerId: `written-anew-${written}`, orderId: `written-anew-${written}` });
      return { topic, key: event.orderId, value: frame(id, type.toBuffer(event)), headers: {} };
    },
    close: () => scenario.close(),
  };
};

/** Traffic from now on, the same for the same seed. */
export const startTraffic = ({ scenario, options: { seed, rate, customers } }: World): Traffic =>
  scenario.traffic({
    events: Infinity,
    rate,
    seed,
    customers,
    brokenRatio: 0.005,
    requestRatio: 0.04,
    duplicateRatio: 0.05,
    lateRatio: 0.05,
  });

const ASKED_AGAIN_MS = 200;

/** Another lane may have taken the server away for a while. */
const persistently = async <T>(ask: () => Promise<T>): Promise<T> => {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!isProfileError(error) || !error.retriable) throw error;
      await pause(ASKED_AGAIN_MS);
    }
  }
};

/** Resolves to whether the condition came about in time. */
export const came = async (condition: () => boolean, ms: number): Promise<boolean> => {
  const deadline = performance.now() + ms;
  while (!condition()) {
    if (performance.now() > deadline) return false;
    await pause(20);
  }
  return true;
};

/** Whether a promise is kept in time. */
export const within = async (promise: Promise<unknown>, ms: number): Promise<boolean> =>
  Promise.race([promise.then(() => true), pause(ms, false)]);
