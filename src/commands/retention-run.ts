/** Asks tasks to decide of customers who are due, no faster than asked, or tells what they would decide. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DueCustomer } from '../adapters/mongodb/due-customers.ts';
import type { ProfileCommand } from '../domain/generated/ProfileCommand.ts';
import { rule } from '../domain/retention/carry-out.ts';
import { type Category, parametersOf } from '../domain/retention/terms.ts';
import type { Outcome } from '../domain/retention/decide.ts';
import { cloudEventHeaders } from '../pipeline/cloud-events.ts';
import { oldOrdersFor } from '../pipeline/history/old.ts';
import type { EventEncoder, HistoryStore, OutboundRecord, ProfileStore } from '../pipeline/ports.ts';

/** What was asked for, and how far it has come; told also of a run that fails on the way. */
export interface Sent {
  sent: number;
  isComplete: boolean;
}

export interface Sending {
  /** Prefix included. */
  readonly topic: string;
  readonly encoder: EventEncoder<ProfileCommand>;
  /** Customers a second. */
  readonly rate: number;
  /** ms */
  readonly asOf: number;
  readonly publish: (records: readonly OutboundRecord[]) => Promise<void>;
}

/** Small enough that a gentle rate is even. */
const AT_ONCE = 100;

/** Until nobody is left or `signal` aborts. Who is asked for twice is decided of once: the second time nothing is due. */
export const sendCommands = async (
  due: AsyncIterable<DueCustomer>,
  { topic, encoder, rate, asOf, publish }: Sending,
  sent: Sent,
  signal: AbortSignal,
): Promise<void> => {
  const run = randomUUID();
  for await (const some of inLots(due, Math.min(AT_ONCE, rate))) {
    if (signal.aborted) return;
    const startedAt = performance.now();
    const commands = some.map((customer, index) => commandFor(customer, { asOf, run, number: sent.sent + index }));
    await publish(
      commands.map((command) => ({
        ...{ topic, key: command.customerId, value: encoder.encode(command) },
        headers: cloudEventHeaders('ProfileCommand', command, '/customer-profile'),
      })),
    );
    sent.sent += some.length;
    const early = (some.length / rate) * 1_000 - (performance.now() - startedAt);
    if (early > 0) await sleep(early, undefined, { signal }).catch(() => undefined);
  }
  sent.isComplete = !signal.aborted;
};

/** What would be decided, one line a category, jurisdiction and outcome. */
export interface Foreseen {
  readonly category: Category;
  readonly jurisdiction: string;
  readonly outcome: Outcome;
  readonly count: number;
}

/** By the very function that tasks decide by, and of what is stored now. */
export const foresee = async (
  due: AsyncIterable<DueCustomer>,
  { profiles, history, asOf }: { profiles: ProfileStore; history: HistoryStore; asOf: number },
): Promise<Foreseen[]> => {
  const counts = new Map<string, Foreseen>();
  const add = (category: Category, jurisdiction: string, outcome: Outcome, by: number): void => {
    const key = `${category} ${jurisdiction} ${outcome}`;
    if (by > 0) counts.set(key, { category, jurisdiction, outcome, count: (counts.get(key)?.count ?? 0) + by });
  };
  for await (const some of inLots(due, AT_ONCE)) {
    const loaded = await profiles.load(some.map(({ customerId }) => customerId));
    for (const customer of some) {
      const document = loaded.get(customer.customerId)?.read();
      if (document === undefined) continue;
      const command = commandFor(customer, { asOf, run: 'dry', number: 0 });
      const read = history.read.bind(history, customer.customerId);
      const moved = await oldOrdersFor(document.facts, [command], read);
      const { decision } = rule(document.facts, command, { archivedAt: document.archive?.at ?? null, moved });
      const { outcome, scope, orders, agreements } = decision;
      const { jurisdiction } = customer.terms;
      if (scope === 'customer') add(document.archive ? 'archive' : 'customer', jurisdiction, outcome, 1);
      const ofEntries = decision.evidence.archivingConsentAt === null ? 'erased' : 'archived';
      add('order', jurisdiction, ofEntries, orders.length);
      add('agreement', jurisdiction, ofEntries, agreements.length);
    }
  }
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, foreseen]) => foreseen);
};

const inLots = async function* <T>(all: AsyncIterable<T>, most: number): AsyncGenerator<T[], void, undefined> {
  let lot: T[] = [];
  for await (const each of all) {
    lot.push(each);
    if (lot.length < most) continue;
    yield lot;
    lot = [];
  }
  if (lot.length > 0) yield lot;
};

const commandFor = (
  { customerId, terms }: DueCustomer,
  { asOf, run, number }: { asOf: number; run: string; number: number },
): ProfileCommand => ({
  eventId: `retention:${run}:${number}`,
  occurredAt: asOf,
  sourceSystem: 'customer-profile',
  customerId,
  correlationId: run,
  kind: 'retention',
  reason: null,
  parameters: parametersOf(terms),
});
