/** Of whom or what the longest time is over that it may be kept: found by an index, however many are known. */
import type { Db, Document } from 'mongodb';
import { isProfileError, type ProfileError } from '../../errors.ts';
import { before } from '../../domain/retention/periods.ts';
import type { Terms } from '../../domain/retention/terms.ts';
import type { ProfileDocument } from '../../pipeline/document.ts';
import { createArchive } from './archive.ts';
import { guarded } from './errors.ts';
import { ERASED } from './profile-writes.ts';
import { PROFILES } from './profiles.ts';

type Due = NonNullable<ProfileDocument['due']>;

/** Times of which one makes a customer due, by what is due then. */
export const DUE_TIMES = ['customer', 'kept', 'order', 'agreement'] as const satisfies readonly (keyof Due)[];

export interface DueCustomer {
  readonly customerId: string;
  readonly terms: Terms;
}

/** `terms`: what goes for a jurisdiction; `keys`: as of the profile store. Each customer comes once, and in no order. */
export const dueCustomers = async function* (
  db: Db,
  { terms: termsOf, asOf, keys }: { terms: (jurisdiction: string) => Terms; asOf: number; keys: readonly string[] },
): AsyncGenerator<DueCustomer, void, undefined> {
  const profiles = db.collection<ProfileDocument>(PROFILES);
  const jurisdictions = (await guarded(() => profiles.distinct('due.jurisdiction'))) as string[];
  for (const jurisdiction of jurisdictions.sort()) {
    const terms = termsOf(jurisdiction);
    const earlier: Document[] = [];
    for (const [time, latest] of latestOf(terms, asOf)) {
      const isDue = { [`due.${time}`]: { $lte: latest } };
      const query = { 'due.jurisdiction': jurisdiction, ...isDue, ...(earlier.length > 0 && { $nor: [...earlier] }) };
      for await (const { _id } of profiles.find(query).project<{ _id: string }>({ _id: 1 })) {
        yield { customerId: _id, terms };
      }
      earlier.push(isDue);
    }
  }
  yield* dueInArchive(db, { terms: termsOf, asOf, keys });
};

/** Up to when each time makes somebody due; none without a term. */
const latestOf = ({ customer, order, agreement }: Terms, asOf: number): [(typeof DUE_TIMES)[number], number][] =>
  [
    ...(customer ? [['customer', before(asOf, customer.maximum)] as const, ['kept', asOf] as const] : []),
    ...(order ? [['order', before(asOf, order.maximum)] as const] : []),
    ...(agreement ? [['agreement', before(asOf, agreement.maximum)] as const] : []),
  ].map(([time, latest]) => [time, latest]);

/** A stub does not name its customer: what lies in the archive does, for who has the key. */
const dueInArchive = async function* (
  db: Db,
  { terms: termsOf, asOf, keys }: Parameters<typeof dueCustomers>[1],
): AsyncGenerator<DueCustomer, void, undefined> {
  let damage: ProfileError | undefined;
  const stubs = db.collection<ProfileDocument>(ERASED);
  const archive = createArchive(db, keys);
  const jurisdictions = (await guarded(() => stubs.distinct('due.jurisdiction'))) as string[];
  for (const jurisdiction of jurisdictions.sort()) {
    const terms = termsOf(jurisdiction);
    if (terms.archive === undefined) continue;
    const query = { 'due.jurisdiction': jurisdiction, 'due.archived': { $lte: before(asOf, terms.archive.maximum) } };
    for await (const { _id, archive: place } of stubs.find(query).project<ProfileDocument>({ archive: 1 })) {
      if (place === undefined) continue;
      const found = await archive.customerAt(_id, place).catch(damageIn);
      if (typeof found === 'string') yield { customerId: found, terms };
      else damage ??= found;
    }
  }
  // One that cannot be opened does not keep the others.
  if (damage !== undefined) throw damage;
};

const damageIn = (error: unknown): ProfileError => {
  if (isProfileError(error, 'ARCHIVE_DAMAGED')) return error;
  throw error;
};
