/** What retention has made of one customer: each command decided anew, in the order that the causes of versions tell. */
import { canonical } from './canonical.ts';
import type { Accepted } from './causes.ts';
import { CUTS, NEVER } from './cuts.ts';
import { type Decided, decide } from './decide.ts';
import { type Decisions, isOf, isRetention } from './decisions.ts';
import { factsOf } from './facts.ts';
import type { Chain } from './outputs.ts';
import { isTombstone } from './published.ts';
import { numberOf, treeOf, type Tree } from './read.ts';
import { ERASURE, type Statement } from './statements.ts';
import { erasuresTold } from './tombstones.ts';
import { policyName, shifted, termsIn } from './terms.ts';

/** Single orders and agreements that went to the archive. */
export interface Filed {
  readonly at: number;
  readonly policy: string;
  readonly facts: Tree;
}

/** What is known at some point, as far as causes tell. */
export interface Moment {
  readonly known: readonly Statement[];
  readonly archivedAt: number | null;
}

export interface Settled {
  /** What retention commands have brought about is said by them. */
  readonly accepted: readonly Accepted[];
  /** The command that moved the customer to the archive; null who does not lie there. */
  readonly archivedBy: Accepted | null;
  readonly filed: readonly Filed[];
  /** By command that a version names. */
  readonly made: ReadonlyMap<string, Decided>;
  readonly moments: readonly Moment[];
}

export const settle = (all: readonly Accepted[], chain: Chain | undefined, decisions: Decisions): Settled => {
  const made = new Map<string, Decided>();
  const moments: Moment[] = [];
  if (!all.some(({ event }) => isRetention(event))) {
    return { accepted: all, archivedBy: null, filed: [], made, moments };
  }
  // Nothing names who was erased, so that only the record tells.
  const accepted = all.map((each) => (isErasing(each, decisions) ? saying(each, erasureBy(each)) : each));
  const byId = new Map(accepted.map((each) => [each.eventId, each]));
  const told = chain === undefined ? new Map<number, readonly Statement[]>() : erasuresTold(accepted, chain);
  let known: Statement[] = [];
  let archivedBy: Accepted | null = null;
  let filed: Filed[] = [];
  for (const published of chain?.versions ?? []) {
    if (isTombstone(published)) {
      moments.push({ known, archivedAt: archivedBy?.occurredAt ?? null });
      [known, archivedBy, filed] = [known.filter(({ about: [section] }) => section !== 'links'), null, []];
      known.push(...(told.get(published.version) ?? []));
      continue;
    }
    for (const eventId of published.causes) {
      const cause = byId.get(eventId);
      if (cause === undefined) continue;
      const archivedAt: number | null = archivedBy?.occurredAt ?? null;
      moments.push({ known: [...known], archivedAt });
      if (!isRetention(cause.event)) {
        known.push(...cause.statements);
        archivedBy = null;
        continue;
      }
      const before = factsOf(known);
      const decided = decide(before, termsIn(cause.event), cause.occurredAt, archivedAt);
      made.set(eventId, decided);
      // A command that comes again adds to what it has done; but who came back from the archive meanwhile may stay.
      const asked = { ...cause, isArchival: false };
      const again = carriedOut(asked, decided, before);
      const carried = again === asked ? asked : { ...again, statements: [...cause.statements, ...again.statements] };
      byId.set(eventId, carried);
      known.push(...carried.statements);
      archivedBy = carried.isArchival === true ? carried : null;
      const { outcome, evidence } = decided;
      const gone = goneIn(before, factsOf(known));
      if (outcome !== 'erased' && evidence.archivingConsentAt !== null && gone !== null) {
        filed.push({ at: cause.occurredAt, policy: policyName(termsIn(cause.event)), facts: gone });
      }
    }
  }
  moments.push({ known, archivedAt: archivedBy?.occurredAt ?? null });
  return { accepted: accepted.map(asCarriedOut(byId)), archivedBy, filed, made, moments };
};

/** One command may have come twice, at two places. */
const asCarriedOut =
  (byId: ReadonlyMap<string, Accepted>) =>
  (each: Accepted): Accepted => {
    const carried = byId.get(each.eventId);
    return carried === undefined || !isRetention(each.event) ? each : { ...carried, record: each.record };
  };

const isErasing = ({ event, eventId }: Accepted, decisions: Decisions): boolean =>
  isRetention(event) && isOf(decisions.get(eventId), 'erased');

const saying = (command: Accepted, statements: readonly Statement[]): Accepted => ({ ...command, statements });

const stampOf = ({ eventId, occurredAt, event }: Accepted): Omit<Statement, 'about' | 'value'> => ({
  ...{ version: 0, at: occurredAt, by: eventId, source: String(event['sourceSystem']) },
});

const erasureBy = (command: Accepted): Statement[] => [
  { ...stampOf(command), about: [ERASURE, ''], value: policyName(termsIn(command.event)) },
];

const carriedOut = (command: Accepted, decided: Decided, facts: Tree): Accepted => {
  const { outcome, scope, evidence } = decided;
  if (outcome === 'kept') return command;
  if (scope === 'entries') return saying(command, cutsBy(command, decided, facts));
  if (outcome === 'archived') return { ...command, statements: [], isArchival: true };
  if (outcome === 'erased') return saying(command, erasureBy(command));
  const { jurisdiction, policy } = termsIn(command.event);
  const until = outcome === 'minimised' ? { until: evidence.floorUntil } : {};
  const ruling = { ...stampOf(command), about: ['retention', 'ruling'] as const };
  const ruled: Statement = { ...ruling, value: { outcome, ...until, jurisdiction, policy } };
  if (outcome === 'held') return saying(command, [ruled]);
  return saying(command, [ruled, ...cutsBy(command, decided, facts), cutBy(command, 'person', command.occurredAt)]);
};

const cutBy = (command: Accepted, part: string, at: number, except: readonly unknown[] = []): Statement => ({
  ...{ ...stampOf(command), about: [CUTS, part] },
  value: { at, policy: policyName(termsIn(command.event)), except },
});

/** What is as old and stays is an exception. */
const cutsBy = (command: Accepted, decided: Decided, facts: Tree): Statement[] => {
  const terms = termsIn(command.event);
  return (['orders', 'agreements'] as const).flatMap((part) => {
    const [going, term] = [new Set(decided[part]), terms[part === 'orders' ? 'order' : 'agreement']];
    if (term === undefined || going.size === 0) return [];
    const at = shifted(command.occurredAt, term.maximum, -1);
    const staying = Object.entries(treeOf(facts, part)).filter(
      ([id, entry]) => (numberOf(entry, 'at') ?? 0) <= at && !going.has(id),
    );
    return [
      cutBy(
        command,
        part,
        at,
        staying.map(([id]) => [id, NEVER]),
      ),
    ];
  });
};

/** Orders and agreements that are gone or less; null when none are. */
const goneIn = (before: Tree, after: Tree): Tree | null => {
  const [orders = {}, agreements = {}] = ['orders', 'agreements'].map((section) => {
    const left = treeOf(after, section);
    const entries = Object.entries(treeOf(before, section));
    return Object.fromEntries(entries.filter(([id, entry]) => canonical(left[id]) !== canonical(entry)));
  });
  const count = Object.keys(orders).length + Object.keys(agreements).length;
  return count === 0 ? null : { ...factsOf([]), orders, agreements };
};
