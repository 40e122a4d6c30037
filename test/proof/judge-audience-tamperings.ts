/** What an audience was told, tampered with. All of it is about one customer who consents, refuses and consents again. */
import type { LogRecord } from '../../proof/judge/judge.ts';
import { recordType } from '../../src/adapters/registry/schemas.ts';
import { bodyOf, frame } from '../../src/adapters/registry/wire.ts';
import type { AudienceEvent } from '../../src/domain/audiences/audience.ts';
import { AUDIENCES } from '../../src/domain/audiences/index.ts';
import { aConsent, aContract, anEmail, anItem, anOrder } from '../helpers/domain.ts';
import { eventWorld, SCHEMA_IDS } from '../helpers/traffic-world.ts';
import { type Left, leftIn } from './judge-evidence.ts';

type Name = (typeof AUDIENCES)[number]['name'];

export const ID = 'customer-1';
export const BEYOND = 1_000_000;

export const consenting = (eventId: string, said: Parameters<typeof aConsent>[0]): ReturnType<typeof aContract> =>
  aContract({
    ...{ eventId, agreementId: eventId, occurredAt: said?.decidedAt ?? 0 },
    consents: [aConsent(said)],
    contactMediums: [anEmail('ada@example.com')],
  });

/** Marketing is told of versions 1, 2, 4 (nothing any more) and 6, churn of every one. */
export const told = async (): Promise<Left> =>
  leftIn(
    await eventWorld(
      [
        consenting('first', { decidedAt: 1 }),
        anOrder({ eventId: 'second', orderId: 'o-2', occurredAt: 2, items: [anItem()] }),
        anOrder({ eventId: 'third', orderId: 'o-3', occurredAt: 3, state: 'failed' }),
        consenting('fourth', { decidedAt: 4, granted: false }),
        anOrder({ eventId: 'fifth', orderId: 'o-5', occurredAt: 5, items: [anItem({ itemId: '2', productId: 'p' })] }),
        consenting('sixth', { decidedAt: 6, channel: 'email' }),
        aContract({ eventId: 'other', customerId: 'customer-2', occurredAt: 7 }),
      ],
      { batch: 1 },
    ),
  );

const audienceOf = ({ topic }: LogRecord): (typeof AUDIENCES)[number] => {
  const found = AUDIENCES.find(({ name }) => topic === `customer-updated.${name}`);
  if (found === undefined) throw new Error(`${topic} is no audience's`);
  return found;
};

/** With another event in it. */
const saying = (output: LogRecord, change: (event: AudienceEvent) => object): LogRecord => {
  const { record } = audienceOf(output);
  const type = recordType(record);
  const event = type.fromBuffer(bodyOf(output.value ?? Buffer.alloc(0))) as AudienceEvent;
  return { ...output, value: frame(SCHEMA_IDS[record], type.toBuffer(change(event))) };
};

/** As if it were of another version. */
export const asOf = (output: LogRecord, version: number, previousVersion: number): LogRecord => {
  const eventId = `${ID}:${version}`;
  const renamed = { ...output, headers: { ...output.headers, ce_id: eventId } };
  if (output.value === null) return renamed;
  return saying(renamed, (event) => ({ ...event, eventId, version, previousVersion, occurredAt: version }));
};

const isOf = (record: LogRecord, name: Name | null, version: number): boolean =>
  record.topic === (name === null ? 'customer-updated' : `customer-updated.${name}`) &&
  record.headers['ce_id'] === `${ID}:${version}`;

type Change = (record: LogRecord) => LogRecord | LogRecord[] | null;

/** Both logs with the record replaced, by none or several. */
export const changed = (left: Left, name: Name | null, version: number, change: Change): Left => {
  const records = left.committedOutputs.flatMap((record) =>
    isOf(record, name, version) ? (change(record) ?? []) : [record],
  );
  const isSame = records.every((record, i) => record === left.committedOutputs[i]);
  if (isSame && records.length === left.committedOutputs.length) throw new Error('nothing was changed');
  return { ...left, committedOutputs: records, uncommittedOutputs: records };
};

const documented = (left: Left, audiences: (known: Readonly<Record<string, object>>) => object): Left => ({
  ...left,
  documents: left.documents.map((document) =>
    document._id === ID ? ({ ...document, audiences: audiences(document.audiences) } as typeof document) : document,
  ),
});

export const find = (left: Left, name: Name, version: number): LogRecord => {
  const found = left.committedOutputs.find((record) => isOf(record, name, version));
  if (found === undefined) throw new Error(`nothing is told to ${name} of ${version}`);
  return found;
};

/** A record more, in front of one that is then said to follow it. */
const slipped = (left: Left, name: Name, next: number, record: LogRecord): Left =>
  changed(left, name, next, (following) => [{ ...record, offset: BEYOND }, asOf(following, next, versionOf(record))]);

const versionOf = ({ headers }: LogRecord): number => Number(headers['ce_id']?.toString().split(':')[1]);

const aborted = (left: Left, record: LogRecord): Left => ({
  ...left,
  uncommittedOutputs: [...left.uncommittedOutputs, record],
});

export type AudienceTampering = [what: string, tamper: (left: Left) => Left, expected: string[]];

export const AUDIENCE_TAMPERINGS: AudienceTampering[] = [
  [
    'what marketing was told cannot be decoded',
    (left) => changed(left, 'marketing', 2, (record) => ({ ...record, value: Buffer.from('x') })),
    ['audience-missing', 'audience-unreadable'],
  ],
  [
    'marketing was told what is for fraud',
    (left) => changed(left, 'marketing', 2, (record) => ({ ...record, value: find(left, 'fraud', 2).value })),
    ['audience-missing', 'audience-unreadable'],
  ],
  [
    'a tombstone does not say of which version it is',
    (left) => changed(left, 'marketing', 4, (record) => ({ ...record, headers: { ...record.headers, ce_id: 'x' } })),
    ['audience-chain', 'audience-missing', 'audience-unreadable'],
  ],
  [
    'a tombstone names another customer',
    (left) =>
      changed(left, 'marketing', 4, (record) => ({ ...record, headers: { ...record.headers, ce_id: 'nobody:4' } })),
    ['audience-envelope'],
  ],
  [
    'what churn was told has another eventId',
    (left) => changed(left, 'churn', 2, (record) => saying(record, (event) => ({ ...event, eventId: 'x:2' }))),
    ['audience-envelope'],
  ],
  [
    'what churn was told has another ce_id',
    (left) => changed(left, 'churn', 2, (record) => ({ ...record, headers: { ...record.headers, ce_id: 'x:2' } })),
    ['audience-envelope'],
  ],
  [
    'a tombstone is not said to be one of marketing',
    (left) =>
      changed(left, 'marketing', 4, ({ headers, ...record }) => ({
        ...record,
        headers: { ...headers, ce_type: 'customerprofile.CustomerUpdated' },
      })),
    ['audience-envelope'],
  ],
  [
    'what fraud was told has another occurredAt',
    (left) =>
      changed(left, 'fraud', 2, (record) =>
        saying(record, (event) => ({ ...event, occurredAt: event.occurredAt + 1 })),
      ),
    ['audience-envelope'],
  ],
  [
    'fraud was told with another key',
    (left) => changed(left, 'fraud', 2, (record) => ({ ...record, key: Buffer.from('x') })),
    ['audience-misplaced'],
  ],
  [
    'fraud was told in another partition',
    (left) => changed(left, 'fraud', 2, (record) => ({ ...record, partition: 1 })),
    ['audience-misplaced'],
  ],
  [
    'churn is told of another version before',
    (left) => changed(left, 'churn', 3, (record) => saying(record, (event) => ({ ...event, previousVersion: 1 }))),
    ['audience-chain'],
  ],
  [
    'marketing is told that a tombstone never was',
    (left) => changed(left, 'marketing', 6, (record) => saying(record, (event) => ({ ...event, previousVersion: 2 }))),
    ['audience-chain'],
  ],
  [
    'churn is told twice of the last version',
    (left) => changed(left, 'churn', 6, (record) => [record, { ...record, offset: BEYOND }]),
    ['audience-chain'],
  ],
  [
    'churn is told of two versions in the wrong order',
    (left) => {
      const [second, third] = [find(left, 'churn', 2), find(left, 'churn', 3)];
      const without = changed(left, 'churn', 2, () => null);
      return changed(without, 'churn', 3, () => [
        { ...third, offset: second.offset },
        { ...second, offset: third.offset },
      ]);
    },
    ['audience-chain', 'audience-missing'],
  ],
  [
    'churn is not told of a version',
    (left) => changed(left, 'churn', 3, () => null),
    ['audience-chain', 'audience-missing'],
  ],
  [
    'churn is not told of a version, and nobody says so',
    (left) =>
      changed(
        changed(left, 'churn', 3, () => null),
        'churn',
        4,
        (record) => asOf(record, 4, 2),
      ),
    ['audience-missing'],
  ],
  [
    'marketing is not told that it may see nothing any more',
    (left) =>
      changed(
        changed(left, 'marketing', 4, () => null),
        'marketing',
        6,
        (record) => asOf(record, 6, 2),
      ),
    ['audience-missing'],
  ],
  [
    'fraud is never told anything',
    (left) => {
      const records = left.committedOutputs.filter(({ topic }) => topic !== 'customer-updated.fraud');
      return { ...left, committedOutputs: records, uncommittedOutputs: records };
    },
    ['audience-document', 'audience-last', 'audience-missing'],
  ],
  [
    'marketing is told again what it knows',
    (left) => changed(left, 'marketing', 2, (record) => [record, asOf({ ...record, offset: BEYOND }, 3, 2)]),
    ['audience-unchanged'],
  ],
  [
    'marketing is told twice that it may see nothing',
    (left) => slipped(left, 'marketing', 6, asOf(find(left, 'marketing', 4), 5, 4)),
    ['audience-unchanged'],
  ],
  [
    'marketing is told of a customer of whom it never knew that it may see nothing',
    (left) => {
      const record = find(left, 'marketing', 4);
      const other = { ...record, key: Buffer.from('customer-2'), offset: BEYOND };
      const stray = { ...other, headers: { ...record.headers, ce_id: 'customer-2:1' } };
      return changed(left, 'marketing', 6, (last) => [last, stray]);
    },
    ['audience-document', 'audience-unchanged'],
  ],
  [
    'churn is told of a version that was not published',
    (left) =>
      changed(left, 'churn', 6, (record) => [
        record,
        saying(asOf({ ...record, offset: BEYOND }, 7, 6), (event) => ({ ...event, tenureStart: 0 })),
      ]),
    ['audience-document', 'audience-last', 'audience-unaccompanied'],
  ],
  [
    'a version is not published that audiences were told of',
    (left) => changed(left, null, 3, () => null),
    ['audience-unaccompanied', 'chain-gap'],
  ],
  [
    'somebody is told of nobody',
    (left) => {
      const record = { ...find(left, 'churn', 1), key: Buffer.from('nobody'), offset: BEYOND };
      const named = { ...record, headers: { ...record.headers, ce_id: 'nobody:1' } };
      const stray = saying(named, (event) => ({ ...event, customerId: 'nobody', eventId: 'nobody:1' }));
      return changed(left, 'churn', 6, (last) => [last, stray]);
    },
    ['output-unexpected'],
  ],
  [
    'churn is told something else in between',
    (left) => changed(left, 'churn', 2, (record) => saying(record, (event) => ({ ...event, tenureStart: 0 }))),
    ['audience-view'],
  ],
  [
    'marketing is told at last what is not so',
    (left) => changed(left, 'marketing', 6, (record) => saying(record, (event) => ({ ...event, segments: ['x'] }))),
    ['audience-last', 'audience-view'],
  ],
  [
    'marketing is told nothing while consent is in force',
    (left) => changed(left, 'marketing', 2, (record) => ({ ...record, value: null })),
    ['audience-missing', 'audience-unchanged', 'audience-view'],
  ],
  [
    'marketing is told of a customer who has refused',
    (left) => slipped(left, 'marketing', 6, asOf(find(left, 'marketing', 2), 5, 4)),
    ['audience-unpermitted'],
  ],
  [
    'marketing is told of a customer with the very refusal',
    (left) => changed(left, 'marketing', 4, () => asOf({ ...find(left, 'marketing', 1), offset: BEYOND }, 4, 2)),
    ['audience-missing', 'audience-unpermitted'],
  ],
  [
    'a document holds another version of which an audience was told',
    (left) => documented(left, ({ marketing, ...others }) => ({ ...others, marketing: { ...marketing, version: 4 } })),
    ['audience-document'],
  ],
  [
    'a document does not hold of which version an audience was told',
    (left) => documented(left, (known) => ({ ...known, churn: undefined })),
    ['audience-document'],
  ],
  [
    'a telling that is committed is tried again',
    (left) => aborted(left, { ...find(left, 'churn', 6), offset: BEYOND }),
    ['aborted-contradicts'],
  ],
  [
    'an aborted telling has another content',
    (left) => aborted(left, { ...find(left, 'marketing', 2), value: null, offset: -1 }),
    ['aborted-contradicts'],
  ],
  [
    'an aborted telling is of a version that is later than the document',
    (left) => aborted(left, asOf({ ...find(left, 'churn', 6), offset: BEYOND }, 9, 6)),
    ['aborted-contradicts'],
  ],
  [
    'a telling is missing from the uncommitted log',
    (left) => ({ ...left, uncommittedOutputs: left.uncommittedOutputs.filter((each) => !isOf(each, 'marketing', 4)) }),
    ['uncommitted-lacks'],
  ],
];
