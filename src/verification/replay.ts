/** Retention once more, in the order that the published causes tell: what was decided by what, and what is left of it. */
import { canonicalJson } from '../domain/canonical.ts';
import { cut } from '../domain/cuts.ts';
import { erase } from '../domain/erasure.ts';
import type { InputEvent } from '../domain/events.ts';
import { type CutSection, emptyFacts, type ErasureFact, type Facts } from '../domain/facts.ts';
import { merge } from '../domain/merge.ts';
import type { Entries } from '../pipeline/fold.ts';
import { carryOut, type DecisionMade, type InArchive, retentionIn } from '../pipeline/retention.ts';

/** What commands leave in the facts. */
export type Marks = Pick<Facts, 'cuts' | 'retention'>;

export interface Replayed {
  readonly marks: Marks;
  /** Since when the customer lies in the archive; null who does not. */
  readonly archived: InArchive | null;
  /** Single entries that went there. */
  readonly entries: readonly Entries[];
  /** By command. */
  readonly made: ReadonlyMap<string, DecisionMade>;
}

/** `causes`: since the last erasure. Null when they do not tell what they mean: one of them was used for two contents. */
export const replay = (
  events: readonly InputEvent[],
  causes: readonly string[],
  erased: ErasureFact | undefined,
): Replayed | null => {
  const byId = Map.groupBy(events, ({ event }) => event.eventId);
  const made = new Map<string, DecisionMade>();
  const entries: Entries[] = [];
  let archived: InArchive | null = null;
  let facts = erased ? erase(emptyFacts, erased) : emptyFacts;
  for (const eventId of causes) {
    const [input, ...same] = byId.get(eventId) ?? [];
    if (input === undefined) continue;
    if (same.some((other) => canonicalJson(other) !== canonicalJson(input))) return null;
    const command = retentionIn(input);
    if (command === null) {
      const merged = merge(facts, input);
      if (merged !== facts) archived = null;
      facts = merged;
      continue;
    }
    const carried = carryOut(facts, command, archived);
    made.set(eventId, carried.made);
    if (carried.facts === facts && carried.archive === undefined) continue;
    archived = carried.archive ?? null;
    if (carried.entries !== undefined) entries.push(carried.entries);
    facts = carried.facts;
  }
  return { marks: marksOf(facts), archived, entries, made };
};

export const marksOf = ({ cuts, retention }: Facts): Marks => ({
  ...(cuts && { cuts }),
  ...(retention && { retention }),
});

/** What is left of facts that were never cut. */
export const marked = (facts: Facts, { cuts = {}, retention }: Marks): Facts => {
  let left = facts;
  for (const [section, said] of Object.entries(cuts)) left = cut(left, section as CutSection, said);
  return { ...left, ...(retention && { retention }) };
};
