/** Holds what the system left behind against what its inputs prove. */
import { type Aborted, readAborted } from './aborted.ts';
import { readArchive } from './archive.ts';
import { createCustomerCheck } from './customers.ts';
import { checkDeadLetters, type Letters } from './dead-letters.ts';
import { outcomesIn, readDecisions } from './decisions.ts';
import { createFindings, type Find } from './findings.ts';
import { readHistory } from './history.ts';
import { type Inputs, readInputs } from './inputs.ts';
import { createLinkCheck } from './links.ts';
import { createNames } from './names.ts';
import { type Outputs, readOutputs } from './outputs.ts';
import { createPersonalData } from './personal-data.ts';
import { type Outline, storyOf } from './stories.ts';
import { checkStubs } from './stubs.ts';
import type { Evidence, Judgement, JudgeSettings, StoredDocument } from './types.ts';

export { INVARIANTS, type Invariant } from './findings.ts';
export type * from './types.ts';

/**
 * Judges every invariant. Memory grows with the encoded inputs, one encoded version a customer and some hundred bytes for
 * each version and each telling of it. Rejects only when the evidence cannot be read, or holds records of foreign topics.
 */
export const judge = async (evidence: Evidence, settings: JudgeSettings): Promise<Judgement> => {
  const findings = createFindings();
  const { find } = findings;
  const personalData = createPersonalData();
  const decisions = await readDecisions(evidence.decisions, find);
  const inputs = await readInputs(evidence.inputs, settings, personalData, decisions, find);
  checkOffsets(inputs, evidence, find);
  const named = { ...settings, names: createNames(inputs.accepted.keys(), settings) };
  const outputs = await readOutputs(evidence.committedOutputs, named, find);
  const aborted = await readAborted(evidence.uncommittedOutputs, outputs, named, find);
  const letters = await checkDeadLetters(evidence.deadLetters, inputs, personalData, settings, find);

  const outlines = new Map<string, Outline>();
  const customers = { inputs, letters, outputs, aborted, decisions };
  const links = createLinkCheck(inputs.links, personalData, settings, find);
  const history = await readHistory(evidence.history, settings, find);
  const archive = await readArchive(evidence.archive, settings, find);
  const check = createCustomerCheck(customers, { links, history, archive }, named, find);
  let documents = 0;
  const outlined = (customerId: string, { version, previousVersion, epoch, marker }: StoredDocument): void => {
    outlines.set(customerId, { version, previousVersion, epoch, marker });
  };
  for await (const document of evidence.documents) {
    documents += 1;
    const customerId = String(document._id);
    if (check(customerId, document, 'profiles')) outlined(customerId, document);
  }
  await checkStubs(evidence.erased, customers, settings, check, outlined, find);
  history.done();
  archive.done();
  await links.everybody(evidence.links);
  for (const customerId of inputs.known) {
    if (!outlines.has(customerId)) find('document-missing', customerId);
  }
  for (const customerId of sentOf(outputs, aborted)) {
    if (!inputs.known.has(customerId)) find('output-unexpected', customerId);
  }
  let line = 0;
  for await (const text of evidence.logs) {
    line += 1;
    const kind = personalData.kindIn(text);
    if (kind !== null) find('personal-data-in-logs', null, `line ${line}: ${kind}`);
  }

  const accused = new Set(findings.first.flatMap(({ customerId }) => customerId ?? []));
  return {
    ok: findings.first.length === 0,
    violations: findings.first,
    counts: findings.counts,
    stories: [...accused].map((customerId) => storyOf(customerId, customers, outlines.get(customerId), settings)),
    totals: {
      inputs: inputs.count,
      applied: inputs.applied - letters.refused.size,
      statements: inputs.links.count,
      commands: inputs.commands,
      sentOn: inputs.sentOn,
      refused: inputs.refused.size + letters.refused.size,
      refusedByReason: byReason(inputs, letters),
      customers: inputs.known.size,
      documents,
      erased: letters.erasedAt.size,
      decided: outcomesIn(decisions),
      archived: archive.count,
      versions: outputs.count,
      deadLetters: letters.count,
      abortedOutputs: aborted.count,
    },
  };
};

/** Of whom anything was published, or was to be. */
const sentOf = ({ chains, heard }: Outputs, { byCustomer, told }: Aborted): Set<string> =>
  new Set([
    ...[...chains.keys(), ...heard.customers(), ...byCustomer.keys()],
    ...[...told.values()].flatMap((customers) => [...customers.keys()]),
  ]);

/** Control records may stand behind the last record, so that beyond it only the log's own end is a bound. */
const checkOffsets = ({ ends }: Inputs, { committed, logEnds }: Evidence, find: Find): void => {
  for (const [where, end] of ends) {
    const reached = committed.get(where) ?? 0;
    if (reached < end) find('offsets-behind', null, `${where}: committed ${reached} of ${end}`);
  }
  for (const [where, end] of logEnds ?? []) {
    const reached = committed.get(where) ?? 0;
    if (reached > end) find('offsets-beyond', null, `${where}: committed ${reached} of ${end}`);
  }
};

const byReason = ({ refused }: Inputs, letters: Letters): Record<string, number> => {
  const counts: Record<string, number> = {};
  const reasons = [...refused.values()].map(({ reason }) => reason);
  for (const reason of [...reasons, ...letters.refused.values()]) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
};
