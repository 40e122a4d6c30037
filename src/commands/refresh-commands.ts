/** Sends a refresh for one customer after the other, no faster than asked, and tells how far it has come. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
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
  /** The next customers behind one of them; none when that was the last. */
  readonly next: (after: string | undefined) => Promise<readonly string[]>;
  readonly publish: (records: readonly OutboundRecord[]) => Promise<void>;
  /** After every step. */
  readonly progress: (sent: number) => void;
}

/** Resolves to the number of customers, and the last of them, when all are sent or `signal` aborts. */
export const sendRefreshes = async (
  { topic, encoder, reason, rate, next, publish, progress }: Refreshing,
  after: string | undefined,
  signal: AbortSignal,
): Promise<{ sent: number; last: string | undefined }> => {
  const run = randomUUID();
  const startedAt = performance.now();
  let [sent, last] = [0, after];
  while (!signal.aborted) {
    const ids = await next(last);
    if (ids.length === 0) break;
    await publish(ids.map((customerId) => recordOf(topic, encoder, { customerId, run, reason })));
    sent += ids.length;
    last = ids.at(-1);
    progress(sent);
    const early = (sent / rate) * 1_000 - (performance.now() - startedAt);
    if (early > 0) await sleep(early, undefined, { signal }).catch(() => undefined);
  }
  return { sent, last };
};

interface Asked {
  readonly customerId: string;
  readonly run: string;
  readonly reason: string | null;
}

/** No partition: a key goes where the default partitioner puts it, as those of the inputs do. */
const recordOf = (
  topic: string,
  encoder: EventEncoder<ProfileCommand>,
  { customerId, run, reason }: Asked,
): OutboundRecord => {
  const command: ProfileCommand = {
    eventId: `refresh:${run}:${customerId}`,
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
