/** The retention desk: customers who are long gone, holds and consents, and commands that ask what is to become of them. */
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { recordType } from '../../src/adapters/registry/schemas.ts';
import { frame } from '../../src/adapters/registry/wire.ts';
import { contractOf } from '../../src/domain/contracts.ts';
import type { InputEvent } from '../../src/domain/events.ts';
import { readRetention, termsFor } from '../../src/domain/retention/policy.ts';
import type { OutboundRecord } from '../../src/pipeline/ports.ts';
import { createFaults } from '../../src/domain/rules/faults.ts';
import type { Scenario } from '../../test/helpers/scenario.ts';
import { FATES, type RetainedLife, retainedLife } from './retained-lives.ts';
import { POLICY, POLICY_FILE } from './policy.ts';
import { came } from './world.ts';

export interface RetentionDesk {
  /** Messages published so far that are not commands. */
  count(): number;
  /** Resolves once nobody new comes, and everything has been asked of those who have. */
  stop(): Promise<void>;
}

/** One customer so often. */
const EVERY_MS = 400;
const KNOWN_WITHIN_MS = 300_000;
const SETTLED_MS = 4_000;
/** Of so many one is asked about as soon as anything is known. */
const HASTY = 5;

export const startRetentionDesk = (scenario: Scenario): RetentionDesk => {
  const rules = readRetention(readFileSync(POLICY_FILE, 'utf8'), createFaults());
  const underWay = new Set<Promise<void>>();
  let [stopped, count] = [false, 0];

  const publish = async (events: readonly InputEvent[]): Promise<void> => {
    await scenario.publish(events.map((each) => encodedFor(scenario, each)));
    count += events.filter(({ type }) => type !== 'ProfileCommand').length;
  };

  const isKnown = async (customerId: string, orders: number): Promise<boolean> => {
    const document = await scenario.document(customerId).catch(() => undefined);
    return (document?.profile?.orderSummary.totalCount ?? -1) >= orders;
  };

  const lived = async ({ customerId, before, then }: RetainedLife, isHasty: boolean): Promise<void> => {
    await publish(before);
    const since = performance.now();
    const orders = isHasty ? 0 : before.filter(({ type }) => type === 'OrderFinalized').length;
    while (!(await isKnown(customerId, orders))) {
      // Of somebody nobody has heard of nothing is decided.
      if (performance.now() - since > KNOWN_WITHIN_MS) return;
      await pause(500);
    }
    for (const next of then) {
      await came(() => stopped, SETTLED_MS);
      await publish(next);
    }
  };

  const run = async (): Promise<void> => {
    for (let n = 0; !stopped; n += 1) {
      const terms = termsFor(rules, POLICY, n % 2 === 0 ? '*' : 'DE');
      const life = lived(retainedLife(n, FATES[n % FATES.length] ?? 'gone', terms, Date.now()), n % HASTY === 0);
      underWay.add(life);
      void life.finally(() => underWay.delete(life)).catch(() => undefined);
      await came(() => stopped, EVERY_MS);
    }
    await Promise.all(underWay);
  };
  const running = run();
  running.catch(() => undefined);
  return {
    count: () => count,
    stop: async () => {
      stopped = true;
      await running;
    },
  };
};

/** Orders are keyed as upstream does. */
export const encodedFor = ({ env, schemaIds }: Scenario, { type, event }: InputEvent): OutboundRecord => ({
  topic: contractOf(type, env['TOPIC_PREFIX'] ?? '').topic,
  key: 'orderId' in event ? event.orderId : 'customerId' in event ? event.customerId : '',
  value: frame(schemaIds[type], recordType(type).toBuffer(event)),
  headers: {},
});
