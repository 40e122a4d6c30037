/** Whether what was decided of one customer is what had to be, and has been carried out. */
import { canonical } from './canonical.ts';
import { type Accepted, statementsIn } from './causes.ts';
import { type Decided, decide } from './decide.ts';
import { checkTerms, type Decisions, isLawful, isOf, isRetention } from './decisions.ts';
import { erasureIn, factsOf } from './facts.ts';
import type { Find } from './findings.ts';
import type { Chain } from './outputs.ts';
import { tombstonesIn } from './published.ts';
import type { Moment, Settled } from './retention.ts';
import { member } from './read.ts';
import { policyName, termsIn } from './terms.ts';
import type { JudgeSettings, StoredDecision, StoredDocument } from './types.ts';

interface Kept {
  readonly document: StoredDocument;
  readonly chain: Chain | undefined;
}

export const checkRetention = (
  customerId: string,
  settled: Settled,
  { document, chain, decisions, late }: Kept & { readonly decisions: Decisions; readonly late: readonly Accepted[] },
  settings: JudgeSettings,
  find: Find,
): void => {
  const commands = new Map(
    settled.accepted.flatMap((each) => (isRetention(each.event) ? [[each.eventId, each] as const] : [])),
  );
  checkReference(customerId, settled, { document, chain }, find);
  const wasErased = tombstonesIn(chain?.versions).length > 0;
  for (const [commandId, command] of commands) {
    const decision = decisions.get(commandId);
    if (decision === undefined) {
      // Of who is gone by then nothing is decided.
      if (!wasErased) find('retention-undecided', customerId, commandId);
      continue;
    }
    checkTerms(customerId, command.event, decision, settings, find);
    if (!isLawful(decision)) find('retention-unlawful', customerId, commandId);
    const made = settled.made.get(commandId);
    if (made !== undefined) {
      if (!isSame(decision, made)) find('retention-differs', customerId, commandId);
    } else if (decision.outcome === 'kept' || isOf(decision, 'erased')) {
      if (!isFounded(decision, command, { ...settled, late, decisions }))
        find('retention-differs', customerId, commandId);
    } else if (!wasErased) {
      find('retention-undone', customerId, `${commandId}: no version names it`);
    }
  }
};

/** The stub of who lies in the archive says since when, by which policy, and with which version it went there. */
const checkReference = (
  customerId: string,
  { archivedBy }: Settled,
  { document: { archive }, chain }: Kept,
  find: Find,
): void => {
  if (archivedBy === null) {
    if (archive != null) find('archive-left', customerId, 'the document says that it is archived');
    return;
  }
  const version = chain?.versions.findLast(({ causes }) => causes.includes(archivedBy.eventId))?.version;
  const expected = { at: archivedBy.occurredAt, policy: policyName(termsIn(archivedBy.event)), version };
  const wrong = Object.entries(expected).filter(([name, value]) => member(archive, name) !== value);
  if (wrong.length > 0) find('archive-differs', customerId, `the reference: ${wrong.map(([name]) => name).join(', ')}`);
};

/** Up to when the last statutory period goes on matters only where the relationship is over. */
const wordsOf = (outcome: unknown, scope: unknown, evidence: unknown, counts: readonly unknown[]): string => {
  const [endedAt, isHeld, floor, agreedAt] = ['endedAt', 'isHeld', 'floorUntil', 'archivingConsentAt'].map((name) =>
    member(evidence, name),
  );
  return canonical([outcome, scope, endedAt, isHeld, endedAt === null ? null : floor, agreedAt, ...counts]);
};

const isSame = ({ outcome, scope, evidence, orders, agreements }: StoredDecision, made: Decided): boolean =>
  wordsOf(outcome, scope, evidence, [orders, agreements]) ===
  wordsOf(made.outcome, made.scope, made.evidence, [made.orders.length, made.agreements.length]);

interface Founding extends Settled {
  /** Refused as too late. */
  readonly late: readonly Accepted[];
  readonly decisions: Decisions;
}

/**
 * No version names the command, so that it may have come at any time: it is enough that it was right at some. Of what came just before an
 * erasure nothing tells either: it counts in whole.
 */
const isFounded = (decision: StoredDecision, command: Accepted, founding: Founding): boolean => {
  const { moments, accepted, late, made, decisions } = founding;
  const isBefore = ({ occurredAt, statements }: Accepted): boolean =>
    occurredAt <= command.occurredAt && erasureIn(statements) === null;
  const said = accepted.filter(isBefore);
  const archivals = accepted.filter(({ eventId }) => isOf(decisions.get(eventId), 'archived'));
  const stays = [null, ...archivals.map(({ occurredAt }) => occurredAt)];
  const isRight = ({ known, archivedAt }: Moment): boolean =>
    isSame(decision, decide(factsOf(known), termsIn(command.event), command.occurredAt, archivedAt));
  if (moments.toReversed().some(isRight)) return true;
  // What went with what no version names either cannot be known any more.
  const untold = accepted.flatMap(({ eventId }) => (made.has(eventId) ? [] : (decisions.get(eventId) ?? [])));
  if (untold.some((each) => each !== decision && Number(each.orders) + Number(each.agreements) > 0)) return true;
  const erasures = accepted.flatMap(({ statements }) => erasureIn(statements) ?? []);
  const earlier = [[], ...erasures.filter(({ at }) => at < command.occurredAt).map((erasure) => [erasure])];
  return beginningsOf(late.filter(isBefore)).some((also) =>
    earlier.some((erased) =>
      stays.some((archivedAt) => isRight({ known: [...statementsIn([...said, ...also]), ...erased], archivedAt })),
    ),
  );
};

/** What is read again once its erasure was saved is refused, though it had been applied: of each topic some of the first. */
const beginningsOf = (late: readonly Accepted[]): Accepted[][] => {
  let beginnings: Accepted[][] = [[]];
  for (const those of Map.groupBy(late, ({ record }) => record.topic).values()) {
    beginnings = beginnings.flatMap((before) =>
      Array.from({ length: those.length + 1 }, (_, count) => [...before, ...those.slice(0, count)]),
    );
  }
  return beginnings;
};
