/** What was said of customers for whose erasure was asked: whether it was refused for that, or applied before, only dead letters tell. */
import { isInternal } from './contracts.ts';
import { byRight } from './facts.ts';
import type { Find } from './findings.ts';
import { type AcceptedRecord, coordinates, type Inputs, place } from './inputs.ts';
import { member, numberOf } from './read.ts';
import { type Statement, statementsOf } from './statements.ts';
import type { JudgeSettings } from './types.ts';
import { verdictOf } from './verdict.ts';

/** A message that is to be applied, unless an erasure or a hold speaks against it. */
export interface Message {
  readonly customerId: string;
  readonly record: AcceptedRecord;
  readonly at: number;
  readonly isErasure: boolean;
  /** Holds, and their releases. */
  readonly holds: readonly Statement[];
}

/** By coordinates. */
export type Messages = ReadonlyMap<string, Message>;

export const messagesIn = ({ accepted, erasures }: Inputs, settings: JudgeSettings): Messages => {
  const messages = new Map<string, Message>();
  for (const [customerId, requests] of erasures) {
    const erasing = new Set(requests.map(coordinates));
    for (const record of accepted.get(customerId) ?? []) {
      const verdict = verdictOf(record, settings);
      if (verdict.kind === 'refused' || verdict.type === 'CustomerLink') continue;
      const isErasure = erasing.has(coordinates(record));
      if (isInternal(verdict.type) && !isErasure) continue;
      const { type, event } = verdict;
      messages.set(coordinates(record), {
        ...{ customerId, record },
        at: numberOf(event, 'occurredAt') ?? 0,
        isErasure,
        holds: statementsOf(type, event).filter(({ about: [section] }) => section === 'legalHolds'),
      });
    }
  }
  return messages;
};

/** What came of it. */
export interface Outcome {
  /** Messages that would be applied but for an erasure or a hold, with the reason, by coordinates. */
  readonly refused: ReadonlyMap<string, string>;
  /** When customers were erased, ms. */
  readonly erasedAt: ReadonlyMap<string, number>;
}

/** `told`: of which messages letters say that they were refused, with the reason, by coordinates. */
export const outcomeOf = (told: ReadonlyMap<string, string>, messages: Messages, find: Find): Outcome => {
  const refused = new Map<string, string>();
  const erasedAt = new Map<string, number>();
  for (const [customerId, all] of Map.groupBy(messages.values(), (message) => message.customerId)) {
    const reasonOf = ({ record }: Message): string | undefined => told.get(coordinates(record));
    const others = all.filter((message) => message.isErasure || reasonOf(message) === undefined);
    for (const message of all.filter((each) => each.isErasure)) {
      const where = coordinates(message.record);
      if (reasonOf(message) === undefined)
        erasedAt.set(customerId, Math.max(message.at, erasedAt.get(customerId) ?? message.at));
      else if (holdsBefore(message, others) !== 'none') refused.set(where, 'legal-hold');
      else find('dead-letter-unexpected', customerId, `of ${where}: there was no hold`);
    }
    const erased = erasedAt.get(customerId) ?? Number.NEGATIVE_INFINITY;
    for (const message of all.filter((each) => !each.isErasure && reasonOf(each) !== undefined)) {
      const where = coordinates(message.record);
      if (message.at <= erased) refused.set(where, 'before-erasure');
      else find('dead-letter-unexpected', customerId, `of ${where}: nothing was erased up to then`);
    }
    checkMissing(
      customerId,
      all.filter(({ record }) => !refused.has(coordinates(record))),
      find,
    );
  }
  return { refused, erasedAt };
};

/** What was carried out and must not have been. What is in another topic may have come before. */
const checkMissing = (customerId: string, carriedOut: readonly Message[], find: Find): void => {
  const erasures = carriedOut.filter(({ isErasure }) => isErasure);
  for (const message of carriedOut) {
    const where = coordinates(message.record);
    const isPast = erasures.some((erasure) => isBefore(erasure, message) && erasure.at >= message.at);
    if (!message.isErasure && isPast) find('dead-letter-missing', customerId, `${where}, before-erasure`);
    if (!message.isErasure || isPast || holdsBefore(message, carriedOut) !== 'standing') continue;
    // Its letter may be gone with a later erasure.
    const isSwept = erasures.some((erasure) => erasure !== message && erasure.at >= message.record.arrivedAt);
    if (!isSwept) find('dead-letter-missing', customerId, `${where}, legal-hold`);
  }
};

/**
 * Holds and erasures come in one topic, so that a hold that was stated before counts, and as much for what was asked before its release.
 * A release that the request follows counts whenever it comes: it may have been saved by a transaction that was aborted.
 */
const holdsBefore = (request: Message, messages: readonly Message[]): 'none' | 'lifted' | 'standing' => {
  const earlier = messages.filter((message) => isBefore(message, request));
  const stated = earlier.flatMap((message) => message.holds);
  const holds = stated.filter((statement) => isHeld(statement) || statement.at >= request.at);
  if (holds.length === 0) return 'none';
  const releases = messages.flatMap((message) =>
    message.holds.filter((statement) => !isHeld(statement) && statement.at < request.at),
  );
  const isLifted = (hold: Statement): boolean =>
    releases.some((release) => release.about[1] === hold.about[1] && byRight(release, hold) > 0);
  return holds.every(isLifted) ? 'lifted' : 'standing';
};

const isHeld = ({ value }: Statement): boolean => member(value, 'held') === true;

const isBefore = (a: Message, b: Message): boolean =>
  place(a.record) === place(b.record) && a.record.offset < b.record.offset;
