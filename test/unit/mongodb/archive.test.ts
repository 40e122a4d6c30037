/** What goes to the archive comes back as it was, or does not go. */
import { Binary, type Db } from 'mongodb';
import { gunzipSync } from 'node:zlib';
import { type ArchiveEntry, createArchive } from '../../../src/adapters/mongodb/archive.ts';
import { pack, unpack } from '../../../src/adapters/mongodb/archive-box.ts';
import { aContract, anEmail, anItem, anOrder, aParty, factsOf } from '../../helpers/domain.ts';

const KEY = 'the key of the archive';
const facts = factsOf([
  anOrder({
    ...{ orderId: 'order-7', billingAccountId: 'account-7', deviceFingerprint: 'device-7', state: 'completed' },
    party: aParty({ givenName: 'Ada' }),
    contactMediums: [anEmail('ada@example.com')],
    items: [anItem({ productId: '+49 30 901820', category: 'mobile', characteristics: { number: '+49 30 901820' } })],
  }),
  aContract({ agreementId: 'agreement-7', agreementType: 'subscription' }),
]);
const content = { customerId: 'customer-7', facts };

/** A server that gives back something else than it was given. */
const damaging = (damage: (entry: ArchiveEntry) => ArchiveEntry[]): Db => {
  let stored: ArchiveEntry[] = [];
  const collection = {
    bulkWrite: ([operation]: { replaceOne: { replacement: ArchiveEntry } }[]) => {
      stored = operation ? damage(operation.replaceOne.replacement) : [];
      return Promise.resolve();
    },
    find: () => ({ toArray: () => Promise.resolve(stored) }),
  };
  return { collection: () => collection } as unknown as Db;
};

const put = (db: Db): Promise<void> =>
  createArchive(db, [KEY]).put([
    { customerId: 'customer-7', facts, version: 3, epoch: 1, at: 1, policy: 'retention:a', scope: 'customer' },
  ]);

describe('the archive', () => {
  it('gives back what was put in, under the key of then or now', () => {
    const box = pack(content, KEY);
    expect(unpack(box, ['another key', KEY])).toEqual(content);
    expect(() => unpack(box, ['another key'])).toThrow('cannot be opened');
  });

  it('shows for statistics what names nobody', () => {
    const record = gunzipSync(pack(content, KEY).record).toString();
    expect(JSON.parse(record)).toMatchObject({
      orders: [{ state: 'completed', items: [{ category: 'mobile' }] }],
      agreements: [{ agreementType: 'subscription' }],
    });
    expect(record).not.toMatch(/-7|Ada|ada|901820/);
  });

  it.each<[what: string, damage: (entry: ArchiveEntry) => ArchiveEntry[]]>([
    ['is gone', () => []],
    ['has another checksum', (entry) => [{ ...entry, checksum: 'x' }]],
    ['has lost its end', (entry) => [{ ...entry, sealed: cut(entry.sealed) }]],
  ])('lets nothing go that does not come back as it was: it %s', async (_, damage) => {
    await expect(put(damaging((entry) => [entry]))).resolves.toBeUndefined();
    await expect(put(damaging(damage))).rejects.toMatchObject({ code: 'ARCHIVE_DAMAGED' });
  });
});

const cut = ({ buffer }: Binary): Binary => new Binary(buffer.subarray(0, -1));
