/** What churn models were told of a customer by one name and another, tampered with. */
import type { JudgeSettings, LogRecord } from '../../proof/judge/judge.ts';
import { recordType } from '../../src/adapters/registry/schemas.ts';
import { bodyOf, frame } from '../../src/adapters/registry/wire.ts';
import type { ChurnProfileUpdated } from '../../src/domain/generated/ChurnProfileUpdated.ts';
import { aContract, anOrder, aRefresh } from '../helpers/domain.ts';
import { eventWorld, SCHEMA_IDS } from '../helpers/traffic-world.ts';
import { type Left, leftIn, SETTINGS } from './judge-evidence.ts';

const ID = 'customer-1';
export const KEYS = ['the first key of these tests', 'and the second key of them'] as const;

export const NAME_SETTINGS: JudgeSettings = { ...SETTINGS, churnKeys: [null, ...KEYS] };

/** Version 1 is told by the id, 2 and 3 under a key, 4 under another one, which a refresh brings. */
export const renamed = async (): Promise<Left> => {
  const events = [
    ...[aContract({ eventId: 'first', occurredAt: 1 }), anOrder({ eventId: 'second', occurredAt: 2 })],
    ...[anOrder({ eventId: 'third', orderId: 'o-3', occurredAt: 3 }), aRefresh({ eventId: 'fourth', occurredAt: 4 })],
  ];
  const keys = [undefined, KEYS[0], KEYS[0], KEYS[1]];
  return leftIn(await eventWorld(events, { batch: 1, churnKey: (attempt) => keys[attempt - 1] }));
};

const CHURN = 'customer-updated.churn';
const type = recordType('ChurnProfileUpdated');

/** The messages to churn models, by their place. */
const [ID_ENDS, UNDER_FIRST, AGAIN, FIRST_ENDS, UNDER_SECOND] = [1, 2, 3, 4, 5] as const;

const toldIn = ({ committedOutputs }: Left): LogRecord[] => committedOutputs.filter(({ topic }) => topic === CHURN);

const retold = (left: Left, change: (told: LogRecord[]) => readonly LogRecord[]): Left => {
  const others = left.committedOutputs.filter(({ topic }) => topic !== CHURN);
  const records = [...others, ...change(toldIn(left)).map((record, offset) => ({ ...record, offset }))];
  return { ...left, committedOutputs: records, uncommittedOutputs: records };
};

/** With the message at a place replaced, by none or several. */
const changed = (left: Left, place: number, change: (record: LogRecord) => readonly LogRecord[]): Left =>
  retold(left, (told) => told.flatMap((record, i) => (i === place ? change(record) : [record])));

const saying = (record: LogRecord, change: (event: ChurnProfileUpdated) => Partial<ChurnProfileUpdated>): LogRecord => {
  const event = type.fromBuffer(bodyOf(record.value ?? Buffer.alloc(0))) as ChurnProfileUpdated;
  const said = { ...event, ...change(event) };
  return { ...record, value: frame(SCHEMA_IDS.ChurnProfileUpdated, type.toBuffer(said)) };
};

/** The record as if the customer had that name. */
const by = (name: string, record: LogRecord): LogRecord => {
  const [, version = ''] = record.headers['ce_id']?.toString().split(':') ?? [];
  const eventId = `${name}:${version}`;
  const said = { ...record, key: Buffer.from(name), headers: { ...record.headers, ce_id: eventId } };
  return record.value === null ? said : saying(said, () => ({ customerId: name, eventId }));
};

const documented = (left: Left, as: string | undefined): Left => ({
  ...left,
  documents: left.documents.map((document) => {
    const { churn, ...others } = document.audiences;
    return { ...document, audiences: { ...others, churn: { ...churn, as } } } as typeof document;
  }),
});

export type NameTampering = [what: string, tamper: (left: Left) => Left, expected: string[]];

export const NAME_TAMPERINGS: NameTampering[] = [
  ['the id does not end when there is a key', (left) => changed(left, ID_ENDS, () => []), ['audience-name']],
  ['a name does not end when the key is exchanged', (left) => changed(left, FIRST_ENDS, () => []), ['audience-name']],
  [
    'a name begins before the other has ended',
    (left) => retold(left, (told) => [...told.slice(0, FIRST_ENDS), ...told.slice(FIRST_ENDS).reverse()]),
    ['audience-document', 'audience-last', 'audience-name', 'audience-view'],
  ],
  [
    'the id is told again under a key',
    (left) => changed(left, AGAIN, (record) => [by(ID, record)]),
    ['audience-chain', 'audience-name', 'audience-view'],
  ],
  [
    'a name is nobody’s',
    (left) => changed(left, UNDER_SECOND, (record) => [record, by('x'.repeat(22), record)]),
    ['output-unexpected'],
  ],
  [
    'a name ends and none begins',
    (left) => changed(left, UNDER_SECOND, () => []),
    ['audience-document', 'audience-last', 'audience-view'],
  ],
  [
    'nobody hears of the new key',
    (left) => retold(left, (told) => told.slice(0, FIRST_ENDS)),
    ['audience-document', 'audience-last', 'audience-name'],
  ],
  [
    'a name goes on where the other ended',
    (left) => changed(left, UNDER_SECOND, (record) => [saying(record, () => ({ previousVersion: 3 }))]),
    ['audience-chain'],
  ],
  ['a name ends twice', (left) => changed(left, FIRST_ENDS, (record) => [record, record]), ['audience-chain']],
  [
    'the id of an agreement is told under a key',
    (left) =>
      changed(left, UNDER_FIRST, (record) => [
        saying(record, ({ agreements }) => ({
          agreements: agreements.map((each) => ({ ...each, agreementId: 'agreement-1' })),
        })),
      ]),
    ['audience-view'],
  ],
  [
    'a header says the id',
    (left) => changed(left, AGAIN, ({ headers, ...record }) => [{ ...record, headers: { ...headers, about: ID } }]),
    ['audience-plain'],
  ],
  [
    'the id of an event says the id',
    (left) => changed(left, AGAIN, (record) => [saying(record, () => ({ eventId: `${ID}:3` }))]),
    ['audience-envelope', 'audience-plain'],
  ],
  ['a document holds no name', (left) => documented(left, undefined), ['audience-document']],
  [
    'a document holds a name that is given up',
    (left) => documented(left, String(toldIn(left)[AGAIN]?.key)),
    ['audience-document'],
  ],
];
