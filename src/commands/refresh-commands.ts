/** Sends a refresh for one customer after the other, no faster than asked, and tells how far it has come. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from '../adapters/mongodb/customers.ts';
import { cloudEventHeaders } from '../pipeline/cloud-events.ts';
import type { EventEncoder, OutboundRecord } from '../pipeline/ports.ts';
import type { ProfileCommand } from '../domain/generated/ProfileCommand.ts';

export interface Refreshing {
  /** Prefix included. */
  readonly topic: string;
  readonly encoder: EventEncoder<ProfileCommand>;
  readonly reason: string | null;
  /** Customers a second. */
  readonly rate: number;
  /** The next customers behind one of them. */
  readonly next: (after: string | undefined) => Promise<Page>;
  readonly publish: (records: readonly OutboundRecord[]) => Promise<void>;
  /** After every step. */
  readonly progress: (sent: number) => void;
}

/** How far it has come; told also of one that fails on the way. */
export interface Outcome {
  sent: number;
  /** The last one looked at: where to go on. */
  last: string | undefined;
  isComplete: boolean;
}

/** Goes on behind `outcome.last`, and keeps the outcome up to date, until there is nobody left or `signal` aborts. */
export const sendRefreshes = async (
  { topic, encoder, reason, rate, next, publish, progress }: Refreshing,
  outcome: Outcome,
  signal: AbortSignal,
): Promise<void> => {
  const run = randomUUID();
  while (!signal.aborted) {
    const startedAt = performance.now();
    const { ids, last } = await next(outcome.last);
    if (last === undefined) {
      outcome.isComplete = true;
      return;
    }
    const asked = ids.map((customerId, index) => ({ customerId, run, reason, number: outcome.sent + index }));
    await publish(asked.map((each) => recordOf(topic, encoder, each)));
    outcome.sent += ids.length;
    outcome.last = last;
    progress(outcome.sent);
    // From step to step: what a slow one has lost is not made up for.
    const early = (ids.length / rate) * 1_000 - (performance.now() - startedAt);
    if (early > 0) await sleep(early, undefined, { signal }).catch(() => undefined);
  }
};

interface Asked {
  readonly customerId: string;
  readonly run: string;
  /** Among those of the run. */
  readonly number: number;
  readonly reason: string | null;
}

/** No partition: a key goes where the default partitioner puts it, as those of the inputs do. */
const recordOf = (
  topic: string,
  encoder: EventEncoder<ProfileCommand>,
  { customerId, run, number, reason }: Asked,
): OutboundRecord => {
  const command: ProfileCommand = {
    eventId: `refresh:${run}:${number}`,
    occurredAt: Date.now(),
    sourceSystem: 'customer-profile',
    customerId,
    correlationId: run,
    kind: 'refresh',
    reason,
    parameters: {},
  };
  const headers = cloudEventHeaders('ProfileCommand', command, '/customer-profile');
  return { topic, key: customerId, value: encoder.encode(command), headers };
};
