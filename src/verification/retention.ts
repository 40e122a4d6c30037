/** What retention has made of one customer: each decision follows from what was known, and what is gone was allowed to go. */
import { isErasure } from '../domain/erasure.ts';
import type { ErasureFact } from '../domain/facts.ts';
import type { ProfileCommand } from '../domain/generated/ProfileCommand.ts';
import type { ProfileDocument } from '../pipeline/document.ts';
import { checkDecisions, type Decisions, erasuresIn, isOf } from './decisions.ts';
import { type Events, foldOf } from './fold.ts';
import { isFounded, isSame } from './founded.ts';
import type { Chain } from './outputs.ts';
import { marksOf, type Replayed, replay } from './replay.ts';
import type { Findings } from './report.ts';

export interface Ruled extends Pick<Replayed, 'marks' | 'archived'> {
  readonly erasures: readonly ErasureFact[];
  /** Single entries that went to the archive; null when nobody can tell. */
  readonly entries: Replayed['entries'] | null;
}

/** Whom retention was never asked about. */
export const UNRULED: Ruled = { marks: {}, archived: null, erasures: [], entries: [] };

export interface RuledEvidence extends Events {
  readonly document: ProfileDocument;
  readonly names: readonly string[];
  readonly commands: readonly ProfileCommand[];
  readonly chain: Chain | undefined;
}

export const checkRetention = (evidence: RuledEvidence, decisions: Decisions, findings: Findings): Ruled => {
  const { document, names, commands, events, late, chain } = evidence;
  const { _id: customerId, facts, archive } = document;
  const erasures = erasuresIn(commands, decisions);
  // The last one, whoever asked for it.
  const { erased } = foldOf(events.filter(isErasure), erasures, () => null);
  const mayBeNobody = erased !== undefined || events.every(({ type }) => type === 'ProfileCommand');
  checkDecisions({ customerId, names, commands, mayBeNobody }, decisions, findings);
  checkArchivals(customerId, chain, decisions, findings);
  for (const command of commands) {
    const decision = decisions.get(command.eventId);
    if (isOf(decision, 'erased') && !isFounded({ command, commands, events, late }, decisions)) {
      findings.add('decision-differs', customerId, `${command.eventId}: not by what was known`);
    }
  }
  const causes = chain?.causes.slice(chain.erased ?? 0) ?? [];
  const replayed = isTold(causes, { commands, erased }, decisions) ? replay(events, causes, erased) : null;
  if (replayed === null) return { marks: marksOf(facts), archived: archive ?? null, erasures, entries: null };
  for (const { eventId, occurredAt } of commands) {
    const decision = decisions.get(eventId);
    if (decision === undefined) continue;
    const made = replayed.made.get(eventId);
    // What was done before an erasure, or does nothing, is named nowhere.
    const isUntold = decision.outcome === 'kept' || occurredAt <= (erased?.at ?? -Infinity);
    if (made === undefined ? isUntold : isSame(decision, made)) continue;
    findings.add(
      'decision-differs',
      customerId,
      `${eventId}: not what follows from what was known, or not carried out`,
    );
  }
  return { ...replayed, erasures };
};

/** Of who was erased, whether nothing survives that was decided before and for later. */
const isTold = (
  causes: readonly string[],
  { commands, erased }: Pick<RuledEvidence, 'commands'> & { readonly erased: ErasureFact | undefined },
  decisions: Decisions,
): boolean =>
  commands.every(({ eventId, occurredAt }) => {
    const outcome = decisions.get(eventId)?.outcome ?? 'kept';
    return outcome === 'kept' || erased === undefined || occurredAt <= erased.at || causes.includes(eventId);
  });

/** Who is called archived in a version was moved there by a decision that it names. */
const checkArchivals = (
  customerId: string,
  chain: Chain | undefined,
  decisions: Decisions,
  findings: Findings,
): void => {
  for (const { version, causes } of chain?.archivals ?? []) {
    const isDecided = causes.some((id) => isOf(decisions.get(id), 'archived'));
    if (!isDecided) findings.add('archived-unexpected', customerId, `version ${version}`);
  }
};
