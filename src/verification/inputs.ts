/** The log of inputs, judged again from the beginning: what every customer and every dead letter has to be. */
import { isErasure } from '../domain/erasure.ts';
import type { InboundEvent, InputEvent } from '../domain/events.ts';
import type { ProfileCommand } from '../domain/generated/ProfileCommand.ts';
import { admit, isRefusal, type RefusalReason } from '../domain/refusal.ts';
import { readableKey } from '../pipeline/decode.ts';
import { arrivalOf } from '../pipeline/router.ts';
import type { InboundRecord } from '../pipeline/ports.ts';
import { retentionIn } from '../pipeline/retention.ts';
import { type Decisions, erasuresIn, type StoredDecision } from './decisions.ts';
import { type Statements, state } from './links.ts';
import { coordinates } from './records.ts';
import type { Findings } from './report.ts';
import { judgeRequests, type Request } from './requests.ts';
import { createRouteCheck } from './routes.ts';
import type { Sources } from './verify.ts';

/** An accepted message, still encoded: a log of events takes a tenth of the memory of the facts they add up to. */
interface Accepted {
  readonly topic: string;
  readonly offset: number;
  readonly value: Buffer | null;
  /** When it occurred, ms. */
  readonly at: number;
  /** It can be refused for an erasure, if that came first. */
  readonly mayBeErased: boolean;
}

export interface CustomerLog {
  readonly partition: number;
  readonly accepted: Accepted[];
}

export interface RefusedInput {
  readonly record: InboundRecord;
  readonly reason: RefusalReason;
  /** The customers that its key and its value name. */
  readonly about: readonly string[];
  /** When upstream sent it, ms. */
  readonly sentAt: number;
}

export interface InputLog {
  /** But for what the system has said to itself. */
  readonly count: number;
  /** Messages by which it has done so, the accepted ones. */
  readonly internal: number;
  readonly byCustomer: ReadonlyMap<string, CustomerLog>;
  /** By customer, what retention was asked for. */
  readonly commands: ReadonlyMap<string, readonly ProfileCommand[]>;
  readonly decisions: Decisions;
  /** Up to when customers are erased, ms. */
  readonly erasedAt: ReadonlyMap<string, number>;
  readonly statements: Statements;
  /** By coordinates. */
  readonly refused: ReadonlyMap<string, RefusedInput>;
  /** One past the last record of every topic and partition that has any, by `<topic>:<partition>`. */
  readonly ends: ReadonlyMap<string, number>;
}

export const readInputs = async (
  {
    inputs,
    decisions: stored,
    decoder,
    futureToleranceMs,
    router,
  }: Pick<Sources, 'inputs' | 'decisions' | 'decoder' | 'futureToleranceMs' | 'router'>,
  findings: Findings,
): Promise<InputLog> => {
  const routes = createRouteCheck(router, findings);
  const requests: Request[] = [];
  const arrivals = new Set(router.routes.values());
  const statements: Statements = new Map();
  const byCustomer = new Map<string, CustomerLog>();
  const commands = new Map<string, ProfileCommand[]>();
  const refused = new Map<string, RefusedInput>();
  const ends = new Map<string, number>();
  let count = 0;
  let internal = 0;
  for await (const record of inputs) {
    const { topic, partition, offset, value } = record;
    ends.set(`${topic}:${partition}`, offset + 1);
    await decoder.prepare([value]);
    const key = readableKey(record.key);
    const isRouted = router.routes.has(topic);
    const hasArrived = arrivals.has(topic);
    if (hasArrived) routes.arrived(record);
    const decoded = decoder.decode(topic, value);
    const arrival = arrivalOf(router, record, key, futureToleranceMs);
    const input = admit(decoded, arrival);
    if (isRouted && !isRefusal(input) && input.type !== 'CustomerLink') {
      routes.accepted(record, input.event.customerId);
      count += 1;
      continue;
    }
    if (isRefusal(input) || key === null) {
      refused.set(coordinates(topic, partition, offset), {
        record,
        reason: isRefusal(input) ? input.reason : 'missing-key',
        about: [key, isRefusal(decoded) ? null : decoded.event.customerId].filter((id) => id !== null),
        sentAt: arrival.recordTimestamp,
      });
      count += 1;
      continue;
    }
    if (isSaidByUs(input) || hasArrived) internal += 1;
    else count += 1;
    if (input.type === 'CustomerLink') {
      state(statements, input.event, record, findings);
      continue;
    }
    if (input.type === 'PrivacyRequested') {
      requests.push({ customerId: key, input, record, sentAt: arrival.recordTimestamp });
      continue;
    }
    accept(byCustomer, key, record, input);
    const command = retentionIn(input);
    if (command !== null) commands.set(key, [...(commands.get(key) ?? []), command]);
  }
  routes.finish();
  const decisions = new Map<string, StoredDecision>();
  for await (const decision of stored) decisions.set(decision._id, decision);
  const erasedAt = new Map<string, number>();
  const erased = (customerId: string, at: number): void => {
    erasedAt.set(customerId, Math.max(at, erasedAt.get(customerId) ?? at));
  };
  for (const [customerId, of] of commands) for (const { at } of erasuresIn(of, decisions)) erased(customerId, at);
  for (const { customerId, input, record, sentAt, refusal } of judgeRequests(requests, new Map(erasedAt))) {
    if (refusal === null) {
      accept(byCustomer, customerId, record, input);
      if (isErasure(input)) erased(customerId, input.event.occurredAt);
    } else {
      const { topic, partition, offset } = record;
      const refusedInput = { record, reason: refusal.reason, about: [customerId], sentAt };
      refused.set(coordinates(topic, partition, offset), refusedInput);
    }
  }
  return { count, internal, byCustomer, commands, decisions, erasedAt, statements, refused, ends };
};

const accept = (
  byCustomer: Map<string, CustomerLog>,
  customerId: string,
  { topic, partition, offset, value }: InboundRecord,
  input: InputEvent,
): void => {
  const log = byCustomer.get(customerId) ?? { partition, accepted: [] };
  const { occurredAt: at } = input.event;
  log.accepted.push({ topic, offset, value, at, mayBeErased: !isErasure(input) && !isSaidByUs(input) });
  byCustomer.set(customerId, log);
};

/** What tasks say to each other, and commands. */
export const isSaidByUs = ({ type }: InboundEvent): boolean => type === 'ProfileCommand' || type === 'CustomerLink';
