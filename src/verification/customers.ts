/** Document, events and published versions of each customer say the same. */
import { canonicalJson } from '../domain/canonical.ts';
import { derive } from '../domain/derive.ts';
import { isBare } from '../domain/erasure.ts';
import type { InputEvent } from '../domain/events.ts';
import { emptyFacts, type Facts } from '../domain/facts.ts';
import { ARCHIVED } from '../domain/retention/archived.ts';
import type { ProfileDocument } from '../pipeline/document.ts';
import { retentionIn } from '../pipeline/retention.ts';
import type { ArchiveCheck } from './archive.ts';
import { checkErasures } from './erasures.ts';
import { type Events, eventsOf, foldOf } from './fold.ts';
import type { CustomerLog, InputLog } from './inputs.ts';
import { causesSince, type Chain } from './outputs.ts';
import { marked, marksOf } from './replay.ts';
import type { Findings } from './report.ts';
import { checkRetention, type Ruled, UNRULED } from './retention.ts';
import type { Sources } from './verify.ts';

export interface CustomerEvidence {
  /** A profile, or a stub under the id of its customer. */
  readonly document: ProfileDocument;
  readonly place: 'profiles' | 'erased';
  readonly log: CustomerLog | undefined;
  readonly chain: Chain | undefined;
}

const expectedOf = (events: readonly InputEvent[], { erasures, marks }: Ruled, chain: Chain | undefined): Facts => {
  const wasArchived = (chain?.archivals.length ?? 0) > 0;
  const folded = foldOf(events, erasures, (facts) => {
    if (facts.erased !== undefined) return new Set(chain && causesSince(chain));
    return wasArchived ? new Set(chain?.causes) : null;
  });
  return marked(folded, marks);
};

/** Of an erased customer nothing is known since. */
const isGone = (facts: Facts): boolean => facts.erased !== undefined && isBare(facts);

export const createCustomerCheck = (
  { decoder, decodeOutput, rules, stubNamesOf }: Pick<Sources, 'decoder' | 'decodeOutput' | 'rules' | 'stubNamesOf'>,
  { commands, decisions }: Pick<InputLog, 'commands' | 'decisions'>,
  archive: ArchiveCheck,
  /** By coordinates, messages that were refused for an erasure. */
  refused: ReadonlySet<string>,
  findings: Findings,
) => {
  const checkStub = ({ document, log, chain }: CustomerEvidence): void => {
    const { _id, facts, profile, marker } = document;
    const isBare = profile === null && marker === null && canonicalJson(facts) === canonicalJson(emptyFacts);
    if (!isBare) findings.add('stub-not-bare', _id);
    if (log !== undefined) findings.add('document-missing', _id, 'there are events and only a stub');
    if (chain !== undefined) findings.add('output-unexpected', _id);
  };

  const checkFold = ({ _id, facts, profile }: ProfileDocument, expected: Facts, isArchived: boolean): void => {
    const { erased } = expected;
    const left = isArchived ? { ...emptyFacts, ...marksOf(expected), ...(erased && { erased }) } : expected;
    if (canonicalJson(facts) !== canonicalJson(left)) findings.add('facts-differ', _id);
    const derived = isGone(expected) ? null : isArchived ? ARCHIVED : derive(expected, rules);
    if (canonicalJson(profile) !== canonicalJson(derived)) findings.add('profile-differs', _id);
  };

  const checkCauses = (customerId: string, { causes }: Chain, events: readonly InputEvent[]): void => {
    const contents = new Map<string, Set<string>>();
    // A batch that is read again once it was saved may find more for a command to do.
    const commands = new Set<string>();
    for (const input of events) {
      const { event } = input;
      const known = contents.get(event.eventId) ?? new Set();
      contents.set(event.eventId, known.add(canonicalJson(event)));
      if (retentionIn(input) !== null) commands.add(event.eventId);
    }
    const seen = new Map<string, number>();
    for (const eventId of causes) {
      const times = (seen.get(eventId) ?? 0) + 1;
      seen.set(eventId, times);
      const known = contents.get(eventId);
      if (known === undefined) findings.add('cause-unknown', customerId);
      // An id that was used for two contents may have changed the customer twice.
      else if (times > known.size && !commands.has(eventId)) findings.add('cause-repeated', customerId);
    }
  };

  const checkLast = async ({ _id, version, profile }: ProfileDocument, { last, versions }: Chain): Promise<void> => {
    const published = last === null ? null : await decodeOutput(last);
    const known = versions.at(-1)?.version;
    if (known !== version) {
      findings.add('last-output-differs', _id, `document ${version}, published ${known}`);
    } else if (canonicalJson(published?.profile ?? null) !== canonicalJson(profile)) {
      findings.add('last-output-differs', _id, `the profiles of version ${version}`);
    }
  };

  const ruledOf = ({ document, chain }: CustomerEvidence, events: Events): Ruled => {
    const asked = commands.get(document._id);
    if (asked === undefined) return UNRULED;
    const names = stubNamesOf(document._id);
    return checkRetention({ document, names, commands: asked, ...events, chain }, decisions, findings);
  };

  const checkArchive = ({ _id, archive: place }: ProfileDocument, ruled: Ruled, expected: Facts): void => {
    const { archived, entries } = ruled;
    if (place?.at !== archived?.at || place?.policy !== archived?.policy)
      findings.add('archive-differs', _id, 'the stub');
    if (ruled === UNRULED) return;
    const whole = archived && { version: 0, epoch: 0, ...place, ...archived, facts: expected };
    archive.check({ customerId: _id, names: stubNamesOf(_id), whole, entries });
  };

  return async (evidence: CustomerEvidence): Promise<void> => {
    const { document, place, log, chain } = evidence;
    const { _id, version } = document;
    if (version === 0) {
      checkStub(evidence);
      return;
    }
    if (log === undefined) {
      findings.add('document-unexpected', _id);
      return;
    }
    const { events, late } = eventsOf(log, refused, decoder);
    const ruled = ruledOf(evidence, { events, late });
    const expected = expectedOf(events, ruled, chain);
    const isArchived = ruled.archived !== null;
    checkArchive(document, ruled, expected);
    if ((isArchived || isGone(expected)) !== (place === 'erased')) {
      findings.add(place === 'erased' ? 'stub-unexpected' : 'profile-kept', _id);
      return;
    }
    checkFold(document, expected, isArchived);
    if (chain === undefined) {
      findings.add('never-published', _id);
      return;
    }
    if (chain.partition !== log.partition) findings.add('output-misplaced', _id);
    checkErasures(_id, chain, { events, erasures: ruled.erasures }, findings);
    checkCauses(_id, chain, events);
    await checkLast(document, chain);
  };
};
