/** Who and what has left the online systems, and may be asked for again. */
import { Binary, type Collection, type Db } from 'mongodb';
import type { ArchiveReference, Archived } from '../../pipeline/document.ts';
import { type Content, pack, unpack } from './archive-box.ts';
import { guarded } from './errors.ts';
import { createStubNames } from './profile-writes.ts';

export const ARCHIVE = 'archive';

/** One entry: written once, and never changed. */
export interface ArchiveEntry {
  /** `<pseudonym>:<version>:<epoch>:<scope>`; of single entries that several decisions of a version have put there, `:<number>` from the second on. */
  readonly _id: string;
  /** The name of the customer's stub. */
  readonly customer: string;
  readonly version: number;
  readonly epoch: number;
  readonly scope: Archived['scope'];
  /** Since when, ms. */
  readonly at: number;
  readonly policy: string;
  readonly checksum: string;
  readonly record: Binary;
  readonly sealed: Binary;
}

/** Where something of a customer lies. */
export interface Place extends Pick<ArchiveReference, 'version' | 'epoch'> {
  readonly customerId: string;
}

export interface Archive {
  /** Resolves once everything is there by majority, has been read back, and gives what was put in. */
  put(entries: readonly (Archived & { readonly customerId: string })[]): Promise<void>;
  /** Customers as a whole, by id. Throws ARCHIVE_DAMAGED for one that is not there or cannot be opened. */
  customers(places: readonly Place[]): Promise<Map<string, Content>>;
  /** Whose stub has this name. Throws ARCHIVE_DAMAGED. */
  customerAt(name: string, place: ArchiveReference): Promise<string>;
  /** Removes what lies there of a customer from before the version; `all`: also single entries; `upTo`: of owners up to this epoch. */
  remove(of: { customerId: string; below: number; all: boolean; upTo?: number }[]): Promise<void>;
  /** Removes what an owner before has put there for these versions and has never saved. */
  removeUnsaved(of: readonly Place[]): Promise<void>;
  /** Of these customers those who have anything there, with the highest version and epoch of it. */
  leftOf(customerIds: readonly string[]): Promise<Map<string, Pick<Place, 'version' | 'epoch'>>>;
}

/** Creates the index by which all that lies there of a customer is found. */
export const prepareArchive = (db: Db): Promise<unknown> =>
  guarded(() => db.collection(ARCHIVE).createIndex({ customer: 1, version: 1 }));

/** `keys`: as of the profile store. */
export const createArchive = (db: Db, keys: readonly string[]): Archive => {
  const entries: Collection<ArchiveEntry> = db.collection(ARCHIVE, {
    readPreference: 'primary',
    readConcern: { level: 'majority' },
    writeConcern: { w: 'majority' },
  });
  const namesOf = createStubNames(keys);
  const nameOf = (customerId: string): string => namesOf(customerId)[0] ?? '';
  return {
    put: (archived) =>
      guarded(async () => {
        if (archived.length === 0) return;
        const entryIdOf = createEntryIds();
        const boxed = archived.map((each) => {
          const name = nameOf(each.customerId);
          return entryOf(each, { _id: entryIdOf(name, each, each.scope), name }, keys[0] ?? '');
        });
        await entries.bulkWrite(
          boxed.map((entry) => ({ replaceOne: { filter: { _id: entry._id }, replacement: entry, upsert: true } })),
          { ordered: false },
        );
        const stored = await entries.find({ _id: { $in: boxed.map(({ _id }) => _id) } }).toArray();
        const found = new Map(stored.map((entry) => [entry._id, entry]));
        for (const { _id } of boxed) contentOf(found.get(_id), keys);
      }),

    customers: (places) =>
      guarded(async () => {
        if (places.length === 0) return new Map();
        const ids = places.map((place) => namesOf(place.customerId).map((name) => idOf(name, place, 'customer')));
        const stored = await entries.find({ _id: { $in: ids.flat() } }).toArray();
        const found = new Map(stored.map((entry) => [entry._id, entry]));
        return new Map(
          places.map(({ customerId }, i) => {
            const entry = ids[i]?.map((id) => found.get(id)).find((each) => each !== undefined);
            return [customerId, contentOf(entry, keys)];
          }),
        );
      }),

    customerAt: (name, place) =>
      guarded(async () => {
        const entry = await entries.findOne({ _id: idOf(name, place, 'customer') });
        return contentOf(entry ?? undefined, keys).customerId;
      }),

    remove: (of) =>
      guarded(async () => {
        if (of.length === 0) return;
        const operations = of.map(({ customerId, below, all, upTo }) => ({
          deleteMany: {
            filter: {
              customer: { $in: namesOf(customerId) },
              version: { $lt: below },
              ...(!all && { scope: 'customer' as const }),
              ...(upTo !== undefined && { epoch: { $lte: upTo } }),
            },
          },
        }));
        await entries.bulkWrite(operations, { ordered: false });
      }),

    removeUnsaved: (of) =>
      guarded(async () => {
        if (of.length === 0) return;
        const operations = of.map(({ customerId, version, epoch }) => ({
          deleteMany: {
            filter: { customer: { $in: namesOf(customerId) }, version: { $gte: version }, epoch: { $lt: epoch } },
          },
        }));
        await entries.bulkWrite(operations, { ordered: false });
      }),

    leftOf: (customerIds) =>
      guarded(async () => {
        const customers = new Map(customerIds.flatMap((id) => namesOf(id).map((name) => [name, id])));
        const left = new Map<string, Pick<Place, 'version' | 'epoch'>>();
        const found = entries.find({ customer: { $in: [...customers.keys()] } });
        for (const entry of await found.project<ArchiveEntry>({ customer: 1, version: 1, epoch: 1 }).toArray()) {
          const customerId = customers.get(entry.customer) ?? '';
          const { version, epoch } = left.get(customerId) ?? entry;
          left.set(customerId, { version: Math.max(version, entry.version), epoch: Math.max(epoch, entry.epoch) });
        }
        return left;
      }),
  };
};

const idOf = (name: string, { version, epoch }: Pick<Place, 'version' | 'epoch'>, scope: Archived['scope']): string =>
  `${name}:${version}:${epoch}:${scope}`;

/** Those of one save: what one version puts there with one scope must not take the place of each other. */
export const createEntryIds = (): typeof idOf => {
  const times = new Map<string, number>();
  return (...place) => {
    const id = idOf(...place);
    const before = times.get(id) ?? 0;
    times.set(id, before + 1);
    return before === 0 ? id : `${id}:${before}`;
  };
};

const entryOf = (
  archived: Archived & { customerId: string },
  { _id, name }: { readonly _id: string; readonly name: string },
  key: string,
): ArchiveEntry => {
  const { customerId, facts, causes, version, epoch, scope, at, policy } = archived;
  const { checksum, record, sealed } = pack({ customerId, facts, ...(causes && { causes }) }, key);
  return {
    _id,
    ...{ customer: name, version, epoch, scope, at, policy, checksum },
    ...{ record: new Binary(record), sealed: new Binary(sealed) },
  };
};

const contentOf = (entry: ArchiveEntry | undefined, keys: readonly string[]): Content =>
  unpack({ checksum: entry?.checksum ?? '', sealed: entry?.sealed.buffer ?? new Uint8Array() }, keys);
