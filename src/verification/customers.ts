/** Document, events and published versions of each customer say the same. */
import { canonicalJson } from '../domain/canonical.ts';
import { derive } from '../domain/derive.ts';
import type { InputEvent } from '../domain/events.ts';
import { emptyFacts } from '../domain/facts.ts';
import type { ProfileDocument } from '../pipeline/document.ts';
import { type CustomerLog, eventsOf, foldOf } from './inputs.ts';
import type { Chain } from './outputs.ts';
import type { Findings } from './report.ts';
import type { Sources } from './verify.ts';

export interface CustomerEvidence {
  readonly document: ProfileDocument;
  readonly log: CustomerLog | undefined;
  readonly chain: Chain | undefined;
}

export const createCustomerCheck = (
  { decoder, decodeOutput, rules }: Pick<Sources, 'decoder' | 'decodeOutput' | 'rules'>,
  findings: Findings,
) => {
  const checkStub = ({ document, log, chain }: CustomerEvidence): void => {
    const { _id, facts, profile, marker } = document;
    const isBare = profile === null && marker === null && canonicalJson(facts) === canonicalJson(emptyFacts);
    if (!isBare) findings.add('stub-not-bare', _id);
    if (log !== undefined) findings.add('document-missing', _id, 'there are events and only a stub');
    if (chain !== undefined) findings.add('output-unexpected', _id);
  };

  const checkFold = ({ _id, facts, profile }: ProfileDocument, events: readonly InputEvent[]): void => {
    const expected = foldOf(events);
    if (canonicalJson(facts) !== canonicalJson(expected)) findings.add('facts-differ', _id);
    if (canonicalJson(profile) !== canonicalJson(derive(expected, rules))) findings.add('profile-differs', _id);
  };

  const checkCauses = (customerId: string, { causes }: Chain, events: readonly InputEvent[]): void => {
    const contents = new Map<string, Set<string>>();
    for (const { event } of events) {
      const known = contents.get(event.eventId) ?? new Set();
      contents.set(event.eventId, known.add(canonicalJson(event)));
    }
    const seen = new Map<string, number>();
    for (const eventId of causes) {
      const times = (seen.get(eventId) ?? 0) + 1;
      seen.set(eventId, times);
      const known = contents.get(eventId);
      if (known === undefined) findings.add('cause-unknown', customerId);
      // An id that was used for two contents may have changed the customer twice.
      else if (times > known.size) findings.add('cause-repeated', customerId);
    }
  };

  const checkLast = async ({ _id, version, profile }: ProfileDocument, { last }: Chain): Promise<void> => {
    const published = await decodeOutput(last);
    if (published?.version !== version) {
      findings.add('last-output-differs', _id, `document ${version}, published ${published?.version}`);
    } else if (canonicalJson(published.profile) !== canonicalJson(profile)) {
      findings.add('last-output-differs', _id, `the profiles of version ${version}`);
    }
  };

  return async (evidence: CustomerEvidence): Promise<void> => {
    const { document, log, chain } = evidence;
    const { _id, version } = document;
    if (version === 0) {
      checkStub(evidence);
      return;
    }
    if (log === undefined) {
      findings.add('document-unexpected', _id);
      return;
    }
    const events = eventsOf(log, decoder);
    checkFold(document, events);
    if (chain === undefined) {
      findings.add('never-published', _id);
      return;
    }
    if (chain.partition !== log.partition) findings.add('output-misplaced', _id);
    checkCauses(_id, chain, events);
    await checkLast(document, chain);
  };
};
