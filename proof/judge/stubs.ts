/** What is left of erased customers: a stub under a keyed hash, which tells nobody of whom it is, and nothing else. */
import { AUDIENCES, INPUT_TOPICS, isInternal, LINK_KINDS, READER_SCHEMAS } from './contracts.ts';
import type { CustomerCheck } from './customers.ts';
import type { Letters } from './dead-letters.ts';
import type { Find } from './findings.ts';
import type { Inputs } from './inputs.ts';
import { stubIdOf } from './keyed.ts';
import { isTree } from './read.ts';
import { SECTIONS } from './statements.ts';
import type { Evidence, JudgeSettings, StoredStub } from './types.ts';
import { inputOf, verdictOf } from './verdict.ts';

export interface StubEvidence {
  readonly inputs: Inputs;
  readonly letters: Letters;
}

/** `kept`: told of each stub that is where it should be. */
export const checkStubs = async (
  stubs: Evidence['erased'],
  { inputs, letters }: StubEvidence,
  settings: JudgeSettings,
  check: CustomerCheck,
  kept: (customerId: string, stub: StoredStub) => void,
  find: Find,
): Promise<void> => {
  const customers = new Map<string, string>();
  for (const customerId of [...letters.erasedAt.keys(), ...inputs.archived]) {
    for (const key of settings.erasureKeys) customers.set(stubIdOf(key, customerId), customerId);
  }
  for await (const stub of stubs) {
    const customerId = customers.get(String(stub._id));
    if (customerId === undefined) {
      find('stub-unexpected', null, 'of nobody who was erased or archived');
      continue;
    }
    if (check(customerId, stub, 'erased')) kept(customerId, stub);
    if (!(stub.recordedAt instanceof Date)) find('stub-undated', customerId);
    const said = saidIn(customerId, inputs, settings);
    if (textsIn(stub).some((text) => isSaid(text, said))) find('stub-plain', customerId);
  }
};

/** Shorter ones stand in any text by chance. */
const SHORTEST = 5;

/** Everything that is a text in what was said of the customer, be it accepted or refused later; not what the schemas say. */
const saidIn = (customerId: string, { accepted, erasures }: Inputs, settings: JudgeSettings): Set<string> => {
  const said = new Set([customerId]);
  const requests = new Set((erasures.get(customerId) ?? []).map(({ topic, offset }) => `${topic}:${offset}`));
  for (const record of accepted.get(customerId) ?? []) {
    // The requests themselves are what is to be remembered.
    if (requests.has(`${record.topic}:${record.offset}`)) continue;
    // What the system says to itself says nothing of the person.
    if (isInternal(inputOf(record.topic, settings).type)) continue;
    for (const text of textsIn(verdictOf(record, settings).event)) said.add(text.trim().toLowerCase());
  }
  return new Set([...said].filter((text) => text.length >= SHORTEST && !OWN_WORDS.has(text)));
};

/** Names of members too. */
const textsIn = (value: unknown): string[] => {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return isTree(value) ? Object.entries(value).flatMap(([name, item]) => [name, ...textsIn(item)]) : [];
};

const isSaid = (text: string, said: ReadonlySet<string>): boolean =>
  [...said].some((each) => text.toLowerCase().includes(each));

const OWN_WORDS: ReadonlySet<string> = new Set(
  [
    ...[...READER_SCHEMAS.values()].flatMap(textsIn),
    ...[
      ...Object.keys(INPUT_TOPICS),
      ...AUDIENCES,
      ...LINK_KINDS,
      ...SECTIONS,
      'request',
      'policy',
      'audiences',
      'marker',
      'topic',
    ],
  ].map((word) => word.toLowerCase()),
);
