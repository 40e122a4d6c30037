/** What is left of customers who were erased, and of those who came back or must not be erased, tampered with. */
import type { LogRecord, StoredStub } from '../../proof/judge/judge.ts';
import { stubIdOf } from '../../proof/judge/keyed.ts';
import { recordType } from '../../src/adapters/registry/schemas.ts';
import { bodyOf } from '../../src/adapters/registry/wire.ts';
import type { CustomerUpdated } from '../../src/domain/generated/CustomerUpdated.ts';
import type { ProfileDocument } from '../../src/pipeline/document.ts';
import { encodeUpdate } from '../helpers/traffic-world.ts';
import {
  BROKEN,
  EMAIL,
  HELD,
  KEY,
  LATE,
  letterOf,
  order,
  RECORDED_AT,
  recordOf,
  request,
  stubOf,
  T,
} from './judge-erasure-evidence.ts';
import { endsOf, type Left } from './judge-evidence.ts';

const outputs = (left: Left, change: (records: readonly LogRecord[]) => readonly LogRecord[]): Left => {
  const records = change(left.committedOutputs);
  return { ...left, committedOutputs: records, uncommittedOutputs: records };
};

/** With the record of that topic and version replaced, by none or several. */
const told = (left: Left, topic: string, id: string, change: (record: LogRecord) => readonly LogRecord[]): Left =>
  outputs(left, (records) => {
    const isSo = (record: LogRecord): boolean => record.topic === topic && record.headers['ce_id'] === id;
    if (!records.some(isSo)) throw new Error(`nothing is told of ${id} in ${topic}`);
    return records.flatMap((record) => (isSo(record) ? change(record) : [record]));
  });

const updated = (left: Left, id: string, change: (event: CustomerUpdated) => Partial<CustomerUpdated>): Left =>
  told(left, 'customer-updated', id, (record) => {
    const event = recordType('CustomerUpdated').fromBuffer(bodyOf(record.value ?? Buffer.alloc(0))) as CustomerUpdated;
    return [{ ...record, value: encodeUpdate({ ...event, ...change(event) }) }];
  });

const stub = (change: (known: StoredStub) => object) => (left: Left) => ({
  ...left,
  erased: left.erased.map((each) => ({ ...each, ...change(each) })),
});

const document = (left: Left, id: string): ProfileDocument => {
  const found = left.documents.find(({ _id }) => _id === id);
  if (found === undefined) throw new Error(`there is no profile of ${id}`);
  return found;
};

const documented = (left: Left, id: string, change: (known: ProfileDocument) => object): Left => ({
  ...left,
  documents: left.documents.map((each) => (each._id === id ? { ...each, ...change(each) } : each)),
});

/** The letter of the message. */
export const letter = (of: LogRecord, change: (letter: LogRecord) => Partial<LogRecord> | null) => (left: Left) => ({
  ...left,
  deadLetters: left.deadLetters.flatMap((each) => {
    if (each.headers['dlq-topic'] !== of.topic || each.headers['dlq-offset'] !== String(of.offset)) return [each];
    const changed = change(each);
    return changed === null ? [] : [{ ...each, ...changed }];
  }),
});

export const header = (name: string, said: string) => (each: LogRecord) => ({
  headers: { ...each.headers, [name]: said },
});

/** One message more, which is refused where there is a letter. */
const arrived = (left: Left, record: LogRecord, ...letters: LogRecord[]): Left => {
  const inputs = [...left.inputs, record];
  const ends = endsOf(inputs);
  return { ...left, inputs, committed: ends, logEnds: ends, deadLetters: [...left.deadLetters, ...letters] };
};

const BEYOND = 1_000_000;

const DATED_SINCE = recordOf(order('gone-1', 'g-since', T + 1), 'order-finalized', 102);
const ASKED_AGAIN = recordOf(request('gone-1', 'g-again', 3, { kind: 'restrict' }), 'privacy-requested', 101);
const ASKED_FREELY = recordOf(request('never-1', 'n-erase', T, { kind: 'erase' }), 'privacy-requested', 101);

export const ERASURE_TAMPERINGS: [what: string, tamper: (left: Left) => Left, expected: string[]][] = [
  [
    'there is still a profile of who was erased',
    (left) => ({ ...left, documents: [...left.documents, { ...document(left, 'never-1'), _id: 'gone-1' }] }),
    ['profile-kept'],
  ],
  [
    'there is still the claim of an epoch under the id of who was erased',
    (left) => ({
      ...left,
      documents: [...left.documents, { ...document(left, 'never-1'), _id: 'gone-1', version: 0 }],
    }),
    ['profile-kept'],
  ],
  ['nothing is left of who was erased', (left) => ({ ...left, erased: [] }), ['document-missing']],
  ['a stub is under the id itself', stub(() => ({ _id: 'gone-1' })), ['document-missing', 'stub-unexpected']],
  [
    'a stub is under another key',
    stub(() => ({ _id: stubIdOf(`${KEY}.`, 'gone-1') })),
    ['document-missing', 'stub-unexpected'],
  ],
  [
    'there is a stub of who was never erased',
    (left) => ({ ...left, erased: [...left.erased, stubOf(document(left, 'never-1'))] }),
    ['stub-unexpected'],
  ],
  [
    'there is still a stub of who has come back',
    (left) => ({ ...left, erased: [...left.erased, stubOf(document(left, 'back-1'))] }),
    ['stub-plain', 'stub-unexpected'],
  ],
  ['a stub is not dated', stub(() => ({ recordedAt: RECORDED_AT })), ['stub-undated']],
  ['a stub holds an address', stub(() => ({ note: `was ${EMAIL.toUpperCase()}` })), ['stub-plain']],
  ['a stub holds an address as a name', stub(() => ({ note: { [EMAIL]: 1 } })), ['stub-plain']],
  ['a stub holds the id', stub(() => ({ pending: { erased: { version: 3, as: 'gone-1' } } })), ['stub-plain']],
  [
    'a stub holds the id of an event from before',
    stub(({ audiences }) => ({ audiences: { ...(audiences as object), x: 'order-g-2' } })),
    ['stub-plain'],
  ],
  [
    'a stub holds a profile',
    stub(() => ({ profile: { status: 'prospect' } })),
    ['last-output-differs', 'profile-differs'],
  ],
  [
    'a stub holds facts',
    stub(({ facts }) => ({ facts: { ...(facts as object), preferences: { languages: { at: T + 1 } } } })),
    ['facts-differ'],
  ],
  [
    'a stub holds another time',
    stub(({ facts }) => ({ facts: { ...(facts as object), erased: { at: T - 1, policy: 'request' } } })),
    ['facts-differ'],
  ],
  [
    'a stub holds another policy',
    stub(({ facts }) => ({ facts: { ...(facts as object), erased: { at: T, policy: 'x' } } })),
    ['facts-differ'],
  ],
  [
    'a stub does not say that anybody was erased',
    stub(({ facts }) => ({ facts: { ...(facts as object), erased: undefined } })),
    ['facts-differ'],
  ],
  [
    'a stub has another tombstone pending',
    stub(() => ({ pending: { erased: { version: 2, told: [] } } })),
    ['version-implausible'],
  ],
  [
    'a stub is marked by what came before',
    stub(() => ({ marker: { topic: 'order-finalized', offset: 0 } })),
    ['marker-implausible'],
  ],
  [
    'an erasure is not told',
    (left) => told(left, 'customer-updated', 'gone-1:3', () => []),
    ['audience-unaccompanied', 'tombstone-missing', 'unpublished'],
  ],
  [
    'an erasure is told as a version in which nothing is known',
    (left) => {
      const [last] = left.committedOutputs.filter(({ headers }) => headers['ce_id'] === 'never-1:1');
      const said = told(left, 'customer-updated', 'gone-1:3', (record) => [{ ...record, value: last?.value ?? null }]);
      return updated(said, 'gone-1:3', () => ({
        ...{ eventId: 'gone-1:3', customerId: 'gone-1', version: 3, previousVersion: 2, changeType: 'updated' },
        ...{ occurredAt: T, causes: [{ eventId: 'g-erase', eventType: 'PrivacyRequested' }] },
      }));
    },
    [
      'audience-view',
      'last-output-differs',
      'output-differs',
      'output-envelope',
      'tombstone-missing',
      'version-implausible',
    ],
  ],
  [
    'an erasure is told twice',
    (left) =>
      told(left, 'customer-updated', 'gone-1:3', (record) => [
        record,
        { ...record, offset: BEYOND, headers: { ...record.headers, ce_id: 'gone-1:4' } },
      ]),
    ['document-behind', 'tombstone-unexpected'],
  ],
  [
    'a tombstone is of who was never erased',
    (left) =>
      told(left, 'customer-updated', 'never-1:1', (record) => [
        record,
        { ...record, offset: BEYOND, value: null, headers: { ...record.headers, ce_id: 'never-1:2' } },
      ]),
    ['audience-missing', 'document-behind', 'tombstone-unexpected'],
  ],
  [
    'a tombstone names another customer',
    (left) =>
      told(left, 'customer-updated', 'gone-1:3', (record) => [
        { ...record, headers: { ...record.headers, ce_id: 'back-1:3' } },
      ]),
    ['output-envelope'],
  ],
  [
    'a tombstone does not say of which version it is',
    (left) => told(left, 'customer-updated', 'gone-1:3', (record) => [{ ...record, headers: {} }]),
    ['audience-unaccompanied', 'output-unreadable', 'tombstone-missing', 'unpublished'],
  ],
  [
    'a tombstone is in another partition',
    (left) => told(left, 'customer-updated', 'gone-1:3', (record) => [{ ...record, partition: 3 }]),
    ['output-misplaced'],
  ],
  [
    'churn does not hear of an erasure',
    (left) => told(left, 'customer-updated.churn', 'gone-1:3', () => []),
    ['audience-document', 'audience-last', 'audience-missing'],
  ],
  [
    'marketing does not hear of an erasure',
    (left) => told(left, 'customer-updated.marketing', 'gone-1:3', () => []),
    ['audience-document', 'audience-last', 'audience-missing'],
  ],
  [
    'fraud is told of who was erased',
    (left) =>
      told(left, 'customer-updated.fraud', 'gone-1:3', (tombstone) => [
        tombstone,
        { ...tombstone, offset: BEYOND, headers: { ...tombstone.headers, ce_id: 'gone-1:4' } },
      ]),
    ['audience-document', 'audience-unaccompanied', 'audience-unchanged'],
  ],
  [
    'who comes back is not new',
    (left) => updated(left, 'back-1:3', () => ({ changeType: 'updated' })),
    ['output-envelope'],
  ],
  [
    'who comes back follows what is gone',
    (left) => updated(left, 'back-1:3', () => ({ previousVersion: 1 })),
    ['chain-gap', 'output-envelope', 'version-implausible'],
  ],
  [
    'not everything is new of who comes back',
    (left) => updated(left, 'back-1:3', ({ changedPaths }) => ({ changedPaths: changedPaths.slice(1) })),
    ['paths-incomplete', 'version-implausible'],
  ],
  [
    'who comes back is named an event from before',
    (left) =>
      updated(left, 'back-1:3', ({ causes }) => ({
        causes: [{ eventId: 'b-1', eventType: 'OrderFinalized' }, ...causes],
      })),
    ['cause-erased', 'cause-repeated', 'version-implausible'],
  ],
  [
    'who comes back has what came before',
    (left) =>
      documented(left, 'back-1', ({ facts }) => ({
        facts: { ...facts, orders: document(left, 'held-1').facts.orders },
      })),
    ['facts-differ'],
  ],
  [
    'of who comes back nobody knows of the erasure',
    (left) => documented(left, 'back-1', ({ facts }) => ({ facts: { ...facts, erased: undefined } })),
    ['facts-differ'],
  ],
  ['the letter of what is too late has a key', letter(LATE, () => ({ key: LATE.key })), ['dead-letter-plain']],
  ['the letter of what is too late has a value', letter(LATE, () => ({ value: LATE.value })), ['dead-letter-plain']],
  ['the letter of what is too late has a header', letter(LATE, header('trace', 'x')), ['dead-letter-plain']],
  ['the letter of what is too late has a detail', letter(LATE, header('dlq-detail', EMAIL)), ['dead-letter-plain']],
  [
    'the letter of what is too late has another time',
    letter(LATE, header('dlq-timestamp', '1')),
    ['dead-letter-altered'],
  ],
  ['the letter of what is too late names a field', letter(LATE, header('dlq-field', 'x')), ['dead-letter-reason']],
  [
    'the letter of what is too late is in another topic',
    letter(LATE, () => ({ topic: 'contract-signed.dlq' })),
    ['dead-letter-misplaced'],
  ],
  [
    'the letter of what was broken was not swept',
    letter(BROKEN, () => ({
      key: BROKEN.key,
      value: BROKEN.value,
      headers: letterOf(BROKEN, 'undecodable', 1, false).headers,
    })),
    ['dead-letter-plain'],
  ],
  [
    'the letter of what was broken has another reason',
    letter(BROKEN, header('dlq-reason', 'before-erasure')),
    ['dead-letter-reason'],
  ],
  [
    'a letter says that it has moved to an earlier place',
    letter(HELD, header('dlq-first-offset', '7')),
    ['dead-letter-altered'],
  ],
  [
    'what is dated after an erasure is refused',
    (left) => arrived(left, DATED_SINCE, letterOf(DATED_SINCE, 'before-erasure', 2, true)),
    ['dead-letter-unexpected', 'document-missing', 'stub-unexpected'],
  ],
  [
    'what comes too late in the topic of the erasure is not refused',
    (left) => arrived(left, ASKED_AGAIN),
    ['dead-letter-missing'],
  ],
  [
    'the letter of an erasure that must not be has no value',
    letter(HELD, () => ({ value: null })),
    ['dead-letter-altered'],
  ],
  [
    'an erasure is carried out that must not be',
    letter(HELD, () => null),
    ['dead-letter-missing', 'document-missing', 'profile-kept'],
  ],
  [
    'an erasure is refused for a hold that there is not',
    (left) => arrived(left, ASKED_FREELY, letterOf(ASKED_FREELY, 'legal-hold', 1, false)),
    ['dead-letter-unexpected', 'document-missing', 'profile-kept'],
  ],
];
