/** What must hold once everything is healed and processed, told from what anyone could read. */
import { canonicalJson } from '../../src/domain/canonical.ts';
import { derive } from '../../src/domain/derive.ts';
import { equal } from '../../src/domain/equal.ts';
import { emptyFacts, type Facts } from '../../src/domain/facts.ts';
import type { CustomerUpdated } from '../../src/domain/generated/CustomerUpdated.ts';
import { merge } from '../../src/domain/merge.ts';
import type { ProfileDocument } from '../../src/pipeline/document.ts';
import { type Input, type Inputs, numberOf, OUTPUT_TOPIC } from './inputs.ts';
import type { OutputRecord, SimulatedKafka } from './kafka.ts';
import type { SimulatedMongo } from './mongodb.ts';
import { RULES } from './rules.ts';
import type { Violation } from './violation.ts';

/** What the world looks like in the end, and which inputs are dead letters by what the commits decided. */
export interface End {
  readonly inputs: Inputs;
  readonly deadLetters: ReadonlySet<Input>;
  readonly eventOf: (record: OutputRecord) => CustomerUpdated | undefined;
  readonly kafka: SimulatedKafka;
  readonly mongo: SimulatedMongo;
}

/** The first violation, or null. */
export const judgeEnd = ({ inputs, deadLetters, eventOf, kafka, mongo }: End): Violation | null => {
  if (!kafka.processed) return { invariant: 'stuck', detail: 'some input is not processed' };
  const visible = [...kafka.outputs.values()].flatMap(readCommitted);
  const updates = visible.flatMap((record) => (record.topic === OUTPUT_TOPIC ? [eventOf(record)] : []));
  for (const [customerId, own] of inputs.byCustomer) {
    const document = mongo.majority.profiles.get(customerId);
    const log = updates.filter((update) => update?.customerId === customerId);
    const violation = judgeDocument(customerId, own, deadLetters, document) ?? judgeLog(customerId, log, document);
    if (violation !== null) return violation;
  }
  const letters = visible.filter(({ topic }) => topic.endsWith('.dlq')).map(({ value }) => numberOf(value));
  const refused = [...deadLetters].map((input) => inputs.all.indexOf(input));
  if (equal(letters.sort(byNumber), refused.sort(byNumber))) return null;
  return { invariant: 'dead-letter', detail: 'what can be read is not what was decided' };
};

/** A record of an unknown schema that was refused may have been in the document already, saved by a predecessor. */
const judgeDocument = (
  customerId: string,
  inputs: readonly Input[],
  deadLetters: ReadonlySet<Input>,
  document: ProfileDocument | undefined,
): Violation | null => {
  const facts = document?.facts ?? emptyFacts;
  const applied = inputs.filter(
    (input) => isEvent(input) && (!deadLetters.has(input) || (input.verdict === 'either' && holds(facts, input))),
  );
  const fold = applied.reduce(
    (folded, { decoded }) => ('event' in decoded ? merge(folded, decoded) : folded),
    emptyFacts,
  );
  const profile = applied.length === 0 ? null : derive(fold, RULES);
  const same = canonicalJson(fold) === canonicalJson(facts) && equal(document?.profile ?? null, profile);
  return same ? null : { invariant: 'document', detail: `${customerId} is not the fold of its events` };
};

const judgeLog = (
  customerId: string,
  updates: readonly (CustomerUpdated | undefined)[],
  document: ProfileDocument | undefined,
): Violation | null => {
  const wrong = (detail: string): Violation => ({ invariant: 'log', detail: `${customerId} ${detail}` });
  let last = 0;
  for (const update of updates) {
    const { version = 0, previousVersion = -1 } = update ?? {};
    if (previousVersion !== last || version <= last) return wrong(`${previousVersion}→${version} follows v${last}`);
    last = version;
  }
  const version = document?.version ?? 0;
  const same = last === version && equal(updates.at(-1)?.profile ?? null, document?.profile ?? null);
  return same ? null : wrong(`ends with v${last}, which is not the document of v${version}`);
};

const byNumber = (a: number, b: number): number => a - b;

/** Whether it may change a document. */
export const isEvent = ({ verdict }: Input): boolean => verdict === 'applied' || verdict === 'either';

/** Whether it would change nothing any more. */
export const holds = (facts: Facts, { decoded }: Input): boolean =>
  !('event' in decoded) || merge(facts, decoded) === facts;

/** A subscriber sees committed records, up to the first transaction that is not concluded. */
const readCommitted = (log: readonly OutputRecord[]): OutputRecord[] => {
  const pending = log.findIndex(({ transaction: { status } }) => status === 'open' || status === 'prepared');
  const stable = pending < 0 ? log : log.slice(0, pending);
  return stable.filter(({ transaction }) => transaction.status === 'committed');
};
