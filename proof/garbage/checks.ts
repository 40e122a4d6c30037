/** What is looked at in a batch that was played: each check gives what is wrong, or null. */
import { isDeepStrictEqual } from 'node:util';
import { canonicalJson } from '../../src/domain/canonical.ts';
import { deadLetterTopic } from '../../src/domain/contracts.ts';
import type { InputEvent } from '../../src/domain/events.ts';
import { emptyFacts, type Facts } from '../../src/domain/facts.ts';
import { merge } from '../../src/domain/merge.ts';
import type { ProfileDocument } from '../../src/pipeline/document.ts';
import type { CustomerPlan } from '../../src/pipeline/plan.ts';
import type { InboundRecord, OutboundRecord } from '../../src/pipeline/ports.ts';
import type { Verdict } from '../judge/verdict.ts';
import type { Outcome } from './road.ts';
import { afterWrite, holds } from './stored.ts';

export type Judge = (record: InboundRecord) => Verdict;

const labelOf = (verdict: { kind: 'applied' } | { kind: 'refused'; reason: string; field?: string | null }): string =>
  verdict.kind === 'applied' ? 'applied' : `${verdict.reason} ${verdict.field ?? ''}`.trim();

/** Product and judge must say the same, reason and field, and read the same. Throws what the judge throws. */
export const faultOfVerdict = (judge: Judge, record: InboundRecord, outcome: Outcome): string | null => {
  const verdict = judge(record);
  const [ours, theirs] = [labelOf(outcome), labelOf(verdict)];
  if (ours !== theirs) return `the product says ${ours}, the judge ${theirs}`;
  if (outcome.kind === 'refused' || verdict.kind === 'refused') return null;
  const same = canonicalJson(outcome.input.event) === canonicalJson(verdict.event);
  return same ? null : 'the product and the judge read different events';
};

/** Bytes, key and headers of a dead letter must be as received. */
export const faultOfDeadLetter = (record: InboundRecord, letter: OutboundRecord | undefined): string | null => {
  if (letter === undefined) return 'there is no dead letter';
  if (letter.topic !== deadLetterTopic(record.topic)) return 'the dead letter is on another topic';
  if (!sameBytes(letter.value, record.value)) return 'the value of the dead letter is another';
  if (!sameBytes(letter.key, record.key)) return 'the key of the dead letter is another';
  const kept = Object.entries(record.headers).every(
    ([name, header]) =>
      name.startsWith('dlq-') || (Object.hasOwn(letter.headers, name) && letter.headers[name] === header),
  );
  return kept ? null : 'the headers of the dead letter are others';
};

const sameBytes = (a: Buffer | string | null, b: Buffer | null): boolean =>
  a === null || b === null ? a === b : Buffer.from(a as Buffer).equals(b);

/** One customer of a batch. */
export interface Customer {
  readonly plan: CustomerPlan;
  /** Before the batch. */
  readonly before: ProfileDocument | null;
  /** Without the mutants; undefined when only mutants bear the customer's key. */
  readonly alone: CustomerPlan | undefined;
  /** Mutants that are applied. */
  readonly applied: readonly InputEvent[];
  /** A mutant is refused for its unknown schema. */
  readonly claimed: boolean;
}

/** What becomes of a customer must be what the good messages make of it, and the mutants that are applied. */
export const faultOfPlan = ({ plan, before, alone, applied, claimed }: Customer): string | null => {
  const known = alone?.document ?? before;
  const expected = applied.reduce<Facts>(merge, known?.facts ?? emptyFacts);
  if (!isDeepStrictEqual(plan.document?.facts ?? emptyFacts, expected)) return 'the facts are others';
  if (applied.length > 0 || alone === undefined) return null;
  // A claim writes the epoch, where nothing else would have been written.
  if (claimed && alone.write === null) return null;
  return isDeepStrictEqual(plan, alone) ? null : 'the plan is another, although every mutant is refused';
};

/** The document must come back as it was written. Throws where MongoDB would refuse the write. */
export const faultOfStorage = ({ plan, before }: Customer): string | null => {
  if (plan.write === null || plan.document === null) return null;
  const stored =
    before === null ? null : afterWrite(null, { customerId: before._id, expectedVersion: null, document: before });
  return holds(afterWrite(stored, plan.write), plan.document)
    ? null
    : 'the document does not come back as it was written';
};
