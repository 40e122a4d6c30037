/**
 * Who has which value, in the collection `links`: one document a customer and value. `_id` = `<link>/<keyed hash>`, since it outlasts
 * what it says of the customer: only fields can be taken away.
 */
import type { AnyBulkWriteOperation, Db } from 'mongodb';
import { keyedHash } from '../../pipeline/keyed-hash.ts';
import type { LinkStore, StandingMember } from '../../pipeline/ports.ts';
import { latestOf, type Statement } from '../../pipeline/links/answers.ts';
import { guarded, isDuplicate } from './errors.ts';

export const LINKS = 'links';

interface LinkDocument {
  readonly _id: string;
  /** Version of the customer that said it. */
  readonly version: number;
  /** Missing, like all below but the last, once the customer has the value no more. */
  readonly link?: string;
  /** Offset of the statement: who has it longest comes first. */
  readonly since?: number;
  readonly customerId?: string;
  readonly partition?: number;
  /** The server forgets the document some days after: by then nobody is left who could bring an older statement. */
  readonly leftAt?: Date;
}

const FORGOTTEN_AFTER_S = 7 * 24 * 60 * 60;

/** Creates the indexes where they are missing. */
export const prepareLinks = (db: Db): Promise<void> =>
  guarded(async () => {
    await db.collection(LINKS).createIndexes([
      { key: { link: 1, since: 1 }, partialFilterExpression: { link: { $exists: true } } },
      { key: { leftAt: 1 }, expireAfterSeconds: FORGOTTEN_AFTER_S },
    ]);
  });

/** The name of what is said of a customer and a link. */
export type LinkNames = (link: string, customerId: string) => string;

/**
 * `keys`: those under which erased customers are remembered. Of them the oldest counts, which has to be kept as long as anybody is, so that
 * names stay what they are when a new one is given.
 */
export const createLinkNames = (keys: readonly string[]): LinkNames => {
  const key = keys.at(-1) ?? '';
  return (link, customerId) => `${link}/${keyedHash(key, `link:${link}/${customerId}`)}`;
};

/** `erasureKeys`: the present one first. */
export const createLinkStore = (db: Db, erasureKeys: readonly string[]): LinkStore => {
  const nameOf = createLinkNames(erasureKeys);
  const options = { readPreference: 'primary', readConcern: { level: 'majority' } } as const;
  const links = db.collection<LinkDocument>(LINKS, { ...options, writeConcern: { w: 'majority' } });
  return {
    save: (statements) =>
      guarded(async () => {
        try {
          await links.bulkWrite(
            latestOf(statements).map((statement) => operation(statement, nameOf)),
            { ordered: false },
          );
        } catch (error) {
          // Who has this version or a newer one already does not match, and cannot be inserted again.
          if (!isDuplicate(error)) throw error;
        }
      }),

    members: (wanted, most) =>
      guarded(async () => {
        const found = await links
          .aggregate<{ link: string; members: StandingMember[] }>([
            // Any document makes the list of the links: one without a collection would take a right to read all of the database.
            { $limit: 1 },
            { $project: { _id: 0, link: { $literal: wanted } } },
            { $unwind: '$link' },
            {
              $lookup: {
                from: LINKS,
                localField: 'link',
                foreignField: 'link',
                pipeline: [
                  { $sort: { since: 1 } },
                  { $limit: most },
                  { $project: { _id: 0, customerId: 1, partition: 1, since: 1 } },
                ],
                as: 'members',
              },
            },
          ])
          .toArray();
        return new Map(found.map(({ link, members }) => [link, members]));
      }),
  };
};

const operation = ({ offset, said }: Statement, nameOf: LinkNames): AnyBulkWriteOperation<LinkDocument> => {
  const { link, customerId, partition, version, linked } = said;
  const update = linked
    ? { $set: { version, link, since: offset, customerId, partition }, $unset: { leftAt: 1 as const } }
    : {
        $set: { version },
        // By the clock of the server that forgets it: one that a slow member had dated would be forgotten at once.
        $currentDate: { leftAt: true as const },
        $unset: { link: 1 as const, since: 1 as const, customerId: 1 as const, partition: 1 as const },
      };
  return { updateOne: { filter: { _id: nameOf(link, customerId), version: { $lt: version } }, update, upsert: true } };
};
