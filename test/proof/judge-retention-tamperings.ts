/** What retention and the archive have made of customers, tampered with. */
import { gzipSync } from 'node:zlib';
import { Binary } from 'mongodb';
import type { LogRecord, StoredDecision, StoredEntry, StoredStub } from '../../proof/judge/judge.ts';
import { stubIdOf } from '../../proof/judge/keyed.ts';
import { unpack, type Content } from '../../src/adapters/mongodb/archive-box.ts';
import type { InputEvent } from '../../src/domain/events.ts';
import { TERMS } from '../helpers/terms.ts';
import { decides, NOW } from '../unit/verification/retention-world.ts';
import { encoded, ERASURE_KEY } from '../helpers/traffic-world.ts';
import { type Left, packed } from './judge-evidence.ts';

const changed = <T>(items: readonly T[], isMeant: (item: T) => boolean, change: (item: T) => readonly T[]): T[] => {
  if (!items.some(isMeant)) throw new Error('nothing to tamper with');
  return items.flatMap((item) => (isMeant(item) ? change(item) : [item]));
};

/** The last decision on somebody. */
const decision = (id: string, change: (decision: StoredDecision) => readonly object[]) => (left: Left) => ({
  ...left,
  decisions: changed(
    left.decisions,
    ({ _id }) => _id === `${id}-retention-${NOW}`,
    (each) => change(each) as StoredDecision[],
  ),
});

const evidence = (change: object) => (each: StoredDecision) => [
  { ...each, evidence: { ...(each.evidence as object), ...change } },
];

const nameOf = (id: string): string => stubIdOf(ERASURE_KEY, id);

const entry = (id: string, change: (entry: StoredEntry) => readonly object[]) => (left: Left) => ({
  ...left,
  archive: changed(
    left.archive,
    ({ customer }) => customer === nameOf(id),
    (each) => change(each) as StoredEntry[],
  ),
});

const again = (each: StoredEntry): object[] => [each, { ...each, _id: `${String(each._id)}:1` }];

/** The entry is whole, and holds something else. */
const holding = (id: string, change: (content: Content) => Partial<Content>) =>
  entry(id, (each) => {
    const { checksum, sealed } = each as { checksum: string; sealed: Binary };
    const content = unpack({ checksum, sealed: sealed.buffer }, [ERASURE_KEY]);
    return [{ ...each, ...packed({ ...content, ...change(content) }) }];
  });

/** What lies there of who is away, as if it were of somebody else as well. */
const alsoOf = (id: string) =>
  entry('away', (each) => {
    const { checksum, sealed } = each as { checksum: string; sealed: Binary };
    const { facts } = unpack({ checksum, sealed: sealed.buffer }, [ERASURE_KEY]);
    const _id = String(each._id).replace(nameOf('away'), nameOf(id));
    return [each, { ...each, _id, customer: nameOf(id), ...packed({ customerId: id, facts }) }];
  });

const stub = (id: string, change: (stub: StoredStub) => object) => (left: Left) => ({
  ...left,
  erased: changed(
    left.erased,
    ({ _id }) => _id === nameOf(id),
    (each) => [{ ...each, ...change(each) }],
  ),
});

const archive = (change: object) => (each: StoredStub) => ({ archive: { ...(each.archive as object), ...change } });

const commanded = (id: string, command: InputEvent) => (left: Left) => ({
  ...left,
  inputs: changed(
    left.inputs,
    ({ topic, value }: LogRecord) => topic === 'profile-command' && value?.includes(`${id}-retention-`) === true,
    (each) => [{ ...each, value: encoded(command).value }],
  ),
});

type Tampering = [what: string, tamper: (left: Left) => Left, expected: string[]];

export const DECISION_TAMPERINGS: Tampering[] = [
  ['a decision is missing', decision('held', () => []), ['retention-undecided']],
  [
    'there is a decision that nobody asked for',
    decision('held', (each) => [each, { ...each, _id: 'x' }]),
    ['retention-unasked'],
  ],
  [
    'a decision is about somebody else',
    decision('held', (each) => [{ ...each, customer: nameOf('stays') }]),
    ['retention-unasked'],
  ],
  ['a decision is of another time', decision('stays', (each) => [{ ...each, asOf: 1 }]), ['retention-unasked']],
  [
    'a command shortens what the law says',
    commanded(
      'stays',
      decides('stays', NOW, { ...TERMS, order: { legalBasis: 'a', minimum: 'P6Y', maximum: 'P10Y' } }),
    ),
    ['retention-terms'],
  ],
  ['a decision names the customer', decision('held', (each) => [{ ...each, customerId: 'held' }]), ['retention-plain']],
  [
    'a decision tells which orders went',
    decision('cut', (each) => [{ ...each, orders: ['order'] }]),
    ['retention-differs', 'retention-plain'],
  ],
  [
    'somebody was minimised though no statute asked for it',
    decision('less', evidence({ floorUntil: null })),
    ['retention-differs', 'retention-unlawful'],
  ],
  [
    'somebody was archived without having agreed',
    decision('away', evidence({ archivingConsentAt: null })),
    ['retention-differs', 'retention-unlawful'],
  ],
  [
    'somebody was erased in spite of a hold',
    decision('gone', evidence({ isHeld: true })),
    ['retention-differs', 'retention-unlawful'],
  ],
  ['a decision is by another end', decision('away', evidence({ endedAt: 1 })), ['retention-differs']],
  ['an erasure is by another end', decision('gone', evidence({ endedAt: 1 })), ['retention-differs']],
  ['what is kept is kept by something else', decision('stays', evidence({ endedAt: 1 })), ['retention-differs']],
  [
    'a decision was not carried out',
    decision('stays', (each) => [
      { ...each, outcome: 'held', evidence: { ...(each.evidence as object), isHeld: true } },
    ]),
    ['retention-undone'],
  ],
];

export const ARCHIVE_TAMPERINGS: Tampering[] = [
  ['nothing is in the archive of who is there', entry('away', () => []), ['archive-differs', 'archive-missing']],
  ['orders never arrived in the archive', entry('filed', () => []), ['archive-missing']],
  ['orders are archived twice', entry('filed', again), ['archive-doubled']],
  ['a customer is archived twice', entry('away', again), ['archive-doubled']],
  ['who has come back is still in the archive', alsoOf('back'), ['archive-left']],
  ['who was erased is still in the archive', alsoOf('gone'), ['archive-left']],
  ['somebody is in the archive who was never archived', alsoOf('stays'), ['archive-left']],
  ['nobody is in the archive', alsoOf('nobody'), ['archive-left']],
  [
    'orders are in the archive of another time',
    entry('filed', (each) => [{ ...each, at: 1 }]),
    ['archive-left', 'archive-missing'],
  ],
  [
    'an entry cannot be opened',
    entry('away', (each) => [{ ...each, checksum: '0'.repeat(64) }]),
    ['archive-damaged', 'archive-differs', 'archive-missing'],
  ],
  [
    'an entry is of somebody else',
    holding('filed', () => ({ customerId: 'stays' })),
    ['archive-damaged', 'archive-missing'],
  ],
  [
    'an entry holds less than was known',
    holding('away', ({ facts }) => ({ facts: { ...facts, party: {} } })),
    ['archive-differs'],
  ],
  [
    'an entry holds less than has left',
    holding('filed', ({ facts }) => ({ facts: { ...facts, orders: {} } })),
    ['archive-differs', 'archive-missing'],
  ],
  [
    'an entry says a name to statistics',
    entry('away', (each) => [{ ...each, record: new Binary(gzipSync('{"name":"Ada"}')) }]),
    ['archive-record'],
  ],
  ['an entry says whose it is', entry('away', (each) => [{ ...each, customerId: 'away' }]), ['archive-plain']],
  [
    'an entry is under another name',
    entry('filed', (each) => [{ ...each, _id: `${String(each._id)}x` }]),
    ['archive-plain'],
  ],
  [
    'a stub names another policy',
    stub('away', archive({ policy: 'retention:p2' })),
    ['archive-differs', 'archive-left', 'archive-missing'],
  ],
  ['a stub leads to another owner', stub('away', archive({ epoch: 999 })), ['archive-differs', 'archive-missing']],
  [
    'a stub holds a name',
    stub('away', () => ({ facts: { party: { givenName: { value: 'Ada Lovelace' } } } })),
    ['archive-differs'],
  ],
  [
    'a stub shows a profile',
    (left) => stub('away', () => ({ profile: left.documents[0]?.profile }))(left),
    ['last-output-differs', 'profile-differs'],
  ],
  [
    'there is a profile of who is away',
    (left) => ({
      ...left,
      documents: [
        ...left.documents,
        ...(left.erased.filter(({ _id }) => _id === nameOf('away')) as unknown as Left['documents']).map((each) => ({
          ...each,
          _id: 'away',
        })),
      ],
    }),
    ['archive-differs', 'archive-missing', 'profile-kept'],
  ],
];

export const RETENTION_TAMPERINGS = [...DECISION_TAMPERINGS, ...ARCHIVE_TAMPERINGS];
