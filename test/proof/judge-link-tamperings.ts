/** What was said, kept and answered of values that customers share, tampered with. */
import type { JudgeSettings, LogRecord, StoredLink } from '../../proof/judge/judge.ts';
import { recordType } from '../../src/adapters/registry/schemas.ts';
import { bodyOf, frame } from '../../src/adapters/registry/wire.ts';
import type { CustomerLink } from '../../src/domain/generated/CustomerLink.ts';
import type { ProfileCommand } from '../../src/domain/generated/ProfileCommand.ts';
import type { ProfileDocument } from '../../src/pipeline/document.ts';
import { anEmail, anOrder } from '../helpers/domain.ts';
import { eventWorld, SCHEMA_IDS } from '../helpers/traffic-world.ts';
import { endsOf, type Left, leftIn, SETTINGS } from './judge-evidence.ts';

export const LINK_SETTINGS: JudgeSettings = { ...SETTINGS, linkKeys: ['the key of the tests of links'] };

const BEYOND = 1_000_000;
const EMAIL = 'ada@example.com';

const order = (customerId: string, orderVersion: number, deviceFingerprint: string | null, email?: string) =>
  anOrder({
    ...{ eventId: `${customerId}-${orderVersion}`, customerId, orderId: `order-of-${customerId}` },
    ...{ orderVersion, occurredAt: orderVersion, deviceFingerprint },
    contactMediums: email === undefined ? [] : [anEmail(email)],
  });

/**
 * One device: `first` and `second` have it, `third` had it until an order was corrected. One address of mail: `first` and
 * `fourth` have it.
 */
export const sharing = async (): Promise<Left> =>
  leftIn(
    await eventWorld(
      [
        ...[order('first', 1, 'device', EMAIL), order('second', 1, 'device'), order('third', 1, 'device')],
        ...[order('fourth', 1, 'own', EMAIL), order('third', 2, 'another')],
      ],
      { batch: 1, linkKeys: LINK_SETTINGS.linkKeys },
    ),
  );

interface Spoken {
  readonly CustomerLink: CustomerLink;
  readonly ProfileCommand: ProfileCommand;
}

const TOPICS = { CustomerLink: 'customer-link', ProfileCommand: 'profile-command' } as const;

const read = <R extends keyof Spoken>(record: R, { value }: LogRecord): Spoken[R] =>
  recordType(record).fromBuffer(bodyOf(value ?? Buffer.alloc(0))) as Spoken[R];

const saying = <R extends keyof Spoken>(record: R, from: LogRecord, change: Partial<Spoken[R]>): LogRecord => {
  const event = { ...read(record, from), ...change };
  const key = Buffer.from('link' in event ? event.link : event.customerId);
  return { ...from, key, value: frame(SCHEMA_IDS[record], recordType(record).toBuffer(event)) };
};

type Change = (record: LogRecord) => LogRecord | readonly LogRecord[];

/** With the first record that is so replaced, by none or several. */
const inputs = <R extends keyof Spoken>(
  left: Left,
  record: R,
  isSo: (event: Spoken[R]) => boolean,
  change: Change,
): Left => {
  const place = left.inputs.findIndex((each) => each.topic === TOPICS[record] && isSo(read(record, each)));
  const found = left.inputs[place];
  if (found === undefined) throw new Error(`nobody says so in ${TOPICS[record]}`);
  const changed = left.inputs.toSpliced(place, 1, ...[change(found)].flat());
  const ends = endsOf(changed);
  return { ...left, inputs: changed, committed: ends, logEnds: ends };
};

const ofFirst = ({ customerId, link }: CustomerLink): boolean => customerId === 'first' && link.startsWith('device:');
const isWithdrawal = ({ linked }: CustomerLink): boolean => !linked;
const toFirst = ({ customerId, parameters }: ProfileCommand): boolean =>
  customerId === 'first' && (parameters['link'] ?? '').startsWith('device:');

const deviceOf = (left: Left): string => {
  const found = left.links.map(({ link }) => String(link)).find((link) => link.startsWith('device:'));
  if (found === undefined) throw new Error('nobody has a device');
  return found;
};

/** Another answer, older than all others, so that it changes nothing. */
const answer = (left: Left, parameters: Record<string, string>, more: Partial<ProfileCommand> = {}): Left =>
  inputs(left, 'ProfileCommand', toFirst, (record) => [
    record,
    saying(
      'ProfileCommand',
      { ...record, offset: BEYOND },
      { eventId: 'another', parameters: { link: deviceOf(left), version: '0', ...parameters }, ...more },
    ),
  ]);

const document = (left: Left, id: string, change: (known: ProfileDocument) => object): Left => ({
  ...left,
  documents: left.documents.map((each) => (each._id === id ? { ...each, ...change(each) } : each)),
});

const claiming = (change: (claimed: readonly string[]) => readonly string[]) => (left: Left) =>
  document(left, 'first', ({ links }) => ({ links: links && { ...links, claimed: change(links.claimed) } }));

/** In the collection, what is said of `first` and its device. */
const stored =
  (change: (known: StoredLink) => readonly StoredLink[]) =>
  (left: Left): Left => ({
    ...left,
    links: left.links.flatMap((each) =>
      each.customerId === 'first' && String(each.link).startsWith('device:') ? change(each) : [each],
    ),
  });

const whoHasLeft =
  (change: (known: StoredLink) => readonly StoredLink[]) =>
  (left: Left): Left => ({
    ...left,
    links: left.links.flatMap((each) => (each.leftAt === undefined ? [each] : change(each))),
  });

const counting = (id: string, customers: number | null) => (left: Left) =>
  document(left, id, ({ facts }) => ({
    facts: {
      ...facts,
      links: Object.fromEntries(
        Object.entries(facts.links).map(([link, register]) => [
          link,
          { ...register, value: customers === null ? {} : { customers } },
        ]),
      ),
    },
  }));

export type LinkTampering = [what: string, tamper: (left: Left) => Left, expected: string[]];

export const LINK_TAMPERINGS: LinkTampering[] = [
  [
    'a statement names the value itself',
    (left) =>
      inputs(left, 'CustomerLink', ofFirst, (record) => saying('CustomerLink', record, { link: 'device:device' })),
    ['link-collection', 'link-differs', 'link-envelope', 'link-plain', 'link-unfounded'],
  ],
  [
    'a statement names a person besides',
    (left) =>
      inputs(left, 'CustomerLink', ofFirst, (record) => saying('CustomerLink', record, { correlationId: EMAIL })),
    ['link-plain'],
  ],
  ['an answer names a person besides', (left) => answer(left, {}, { reason: `for ${EMAIL}` }), ['link-plain']],
  ['an answer names a person among its parameters', (left) => answer(left, { email: EMAIL }), ['link-plain']],
  [
    'the collection names a person besides',
    stored((each) => [{ ...each, note: EMAIL } as StoredLink]),
    ['link-collection', 'link-plain'],
  ],
  [
    'the collection names the value itself',
    stored((each) => [{ ...each, link: 'device:device' }]),
    ['link-collection', 'link-plain'],
  ],
  [
    'a statement is in another partition than others about its link',
    (left) => inputs(left, 'CustomerLink', ofFirst, (record) => ({ ...record, partition: 1 })),
    ['link-misplaced', 'link-unfounded'],
  ],
  [
    'a statement names another partition than that of the customer',
    (left) => inputs(left, 'CustomerLink', ofFirst, (record) => saying('CustomerLink', record, { partition: 1 })),
    ['link-collection', 'link-misplaced'],
  ],
  [
    'an answer is in another partition than its customer',
    (left) => inputs(left, 'ProfileCommand', toFirst, (record) => ({ ...record, partition: 1 })),
    ['audience-view', 'cause-unknown', 'dead-letter-missing'],
  ],
  [
    'a statement is made twice',
    (left) => inputs(left, 'CustomerLink', ofFirst, (record) => [record, { ...record, offset: BEYOND }]),
    ['link-repeat'],
  ],
  [
    'a statement is of an earlier version than one before',
    (left) =>
      inputs(left, 'CustomerLink', isWithdrawal, (record) => [
        record,
        saying('CustomerLink', { ...record, offset: BEYOND }, { version: 0, eventId: 'third:0' }),
      ]),
    ['link-envelope', 'link-repeat', 'link-unaccompanied'],
  ],
  [
    'a statement has another eventId',
    (left) => inputs(left, 'CustomerLink', ofFirst, (record) => saying('CustomerLink', record, { eventId: 'x:1' })),
    ['link-envelope'],
  ],
  [
    'a statement has another occurredAt',
    (left) => inputs(left, 'CustomerLink', ofFirst, (record) => saying('CustomerLink', record, { occurredAt: 7 })),
    ['link-envelope'],
  ],
  [
    'a statement is of a version that was not published',
    (left) =>
      inputs(left, 'CustomerLink', ofFirst, (record) => [
        record,
        saying('CustomerLink', { ...record, offset: BEYOND }, { version: 99, eventId: 'first:99' }),
      ]),
    ['link-collection', 'link-document', 'link-envelope', 'link-unaccompanied'],
  ],
  [
    'a customer does not say what it has',
    (left) => inputs(left, 'CustomerLink', ofFirst, () => []),
    ['link-collection', 'link-differs', 'link-unfounded'],
  ],
  [
    'a customer does not say what it has no more',
    (left) => inputs(left, 'CustomerLink', isWithdrawal, () => []),
    ['link-collection', 'link-differs', 'link-document', 'link-unfounded'],
  ],
  [
    'something is said of nobody',
    (left) =>
      inputs(left, 'CustomerLink', ofFirst, (record) => [
        record,
        saying('CustomerLink', { ...record, offset: BEYOND }, { customerId: 'nobody', eventId: 'nobody:1' }),
      ]),
    ['link-collection', 'link-differs'],
  ],
  ['a document claims something less', claiming((claimed) => claimed.slice(1)), ['link-document']],
  ['a document claims something more', claiming((claimed) => [...claimed, 'phone:x']), ['link-document']],
  ['a document claims nothing', (left) => document(left, 'first', () => ({ links: null })), ['link-document']],
  [
    'a document claims with another version',
    (left) => document(left, 'first', ({ links }) => ({ links: links && { ...links, version: 9 } })),
    ['link-document'],
  ],
  [
    'a document has withdrawn nothing',
    (left) => document(left, 'third', ({ links }) => ({ links: links && { ...links, withdrawn: [] } })),
    ['link-document'],
  ],
  ['a member is missing', stored(() => []), ['link-collection']],
  ['a member is of another version', stored((each) => [{ ...each, version: 9 }]), ['link-collection']],
  ['a member has the value since another time', stored((each) => [{ ...each, since: BEYOND }]), ['link-collection']],
  ['a member is said to have left', stored((each) => [{ ...each, leftAt: new Date(0) }]), ['link-collection']],
  [
    'a member is there of whom nothing was said',
    stored((each) => [each, { ...each, _id: `${String(each._id).slice(0, -1)}x`, customerId: 'fourth' }]),
    ['link-collection'],
  ],
  [
    'a name says who has left',
    whoHasLeft((each) => [{ ...each, _id: `${String(each._id).split('/')[0] ?? ''}/third` }]),
    ['link-plain'],
  ],
  ['a member is there twice', stored((each) => [each, each]), ['link-collection']],
  ['who has left is forgotten', whoHasLeft(() => []), ['link-collection']],
  ['who has left is still named', whoHasLeft((each) => [{ ...each, customerId: 'third' }]), ['link-collection']],
  ['who has left is never forgotten', whoHasLeft(({ _id, version }) => [{ _id, version }]), ['link-collection']],
  [
    'an answer goes by what was said of another link',
    (left) => {
      const other = left.inputs.find(
        (each) => each.topic === 'customer-link' && read('CustomerLink', each).link !== deviceOf(left),
      );
      return answer(left, { version: String(other?.offset) });
    },
    ['link-unfounded'],
  ],
  ['an answer counts more than twenty', (left) => answer(left, { customers: '21' }), ['link-unfounded']],
  [
    'an answer is to somebody who never had the value',
    (left) => {
      const found = left.inputs
        .filter(({ topic }) => topic === TOPICS.ProfileCommand)
        .map((each) => read('ProfileCommand', each))
        .find(({ customerId }) => customerId === 'fourth');
      return answer(left, found?.parameters ?? {}, { customerId: 'second' });
    },
    ['audience-last', 'causes-incomplete', 'facts-differ', 'link-unfounded'],
  ],
  ['a document holds too small a number', counting('first', 0), ['facts-differ', 'link-count']],
  ['a document holds no number', counting('second', null), ['facts-differ', 'link-count']],
  ['a document holds a number of a value that is gone', counting('third', 1), ['facts-differ', 'link-count']],
];
