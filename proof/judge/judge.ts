/** Holds what the system left behind against what its inputs prove. */
import { type Aborted, readAborted } from './aborted.ts';
import { createCustomerCheck } from './customers.ts';
import { checkDeadLetters } from './dead-letters.ts';
import { createFindings, type Find } from './findings.ts';
import { type Inputs, readInputs } from './inputs.ts';
import { createLinkCheck } from './links.ts';
import { type Outputs, readOutputs } from './outputs.ts';
import { createPersonalData } from './personal-data.ts';
import { type Outline, storyOf } from './stories.ts';
import type { Evidence, Judgement, JudgeSettings } from './types.ts';

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
  const inputs = await readInputs(evidence.inputs, settings, personalData, find);
  checkOffsets(inputs, evidence, find);
  const outputs = await readOutputs(evidence.committedOutputs, settings, find);
  const aborted = await readAborted(evidence.uncommittedOutputs, outputs, settings, find);
  const deadLetters = await checkDeadLetters(evidence.deadLetters, inputs, find);

  const outlines = new Map<string, Outline>();
  const customers = { inputs, outputs, aborted };
  const links = createLinkCheck(inputs.links, personalData, settings, find);
  const check = createCustomerCheck(customers, links, settings, find);
  let documents = 0;
  for await (const document of evidence.documents) {
    const { version, previousVersion, epoch, marker } = document;
    outlines.set(String(document._id), { version, previousVersion, epoch, marker });
    documents += 1;
    check(document);
  }
  await links.everybody(evidence.links);
  for (const customerId of inputs.accepted.keys()) {
    if (!outlines.has(customerId)) find('document-missing', customerId);
  }
  for (const customerId of sentOf(outputs, aborted)) {
    if (!inputs.accepted.has(customerId)) find('output-unexpected', customerId);
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
      applied: inputs.applied,
      statements: inputs.links.count,
      commands: inputs.commands,
      sentOn: inputs.sentOn,
      refused: inputs.refused.size,
      refusedByReason: byReason(inputs),
      customers: inputs.accepted.size,
      documents,
      versions: outputs.count,
      deadLetters,
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

const byReason = ({ refused }: Inputs): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { reason } of refused.values()) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
};
