/** How a correct system's world is tampered with: customers, decisions and entries of the archive, by the names of customers. */
import { emptyFacts } from '../../../src/domain/facts.ts';
import type { ProfileDocument } from '../../../src/pipeline/document.ts';
import { keyedHash } from '../../../src/pipeline/keyed-hash.ts';
import type { InboundRecord } from '../../../src/pipeline/ports.ts';
import type { StoredEntry } from '../../../src/verification/archive.ts';
import type { StoredDecision } from '../../../src/verification/decisions.ts';
import type { ViolationKind } from '../../../src/verification/index.ts';
import { ERASURE_KEY, type World } from '../../helpers/traffic-world.ts';
import { NOW } from './retention-world.ts';

export type Tampering = [
  what: string,
  tamper: (world: World) => Partial<World> | Promise<Partial<World>>,
  expected: ViolationKind[],
];

export const stubOf = (id: string): string => keyedHash(ERASURE_KEY, `erased:${id}`);

export const changed = <T>(
  items: readonly T[],
  isMeant: (item: T) => boolean,
  change: (item: T) => Partial<T>,
): T[] => {
  if (!items.some(isMeant)) throw new Error('nothing to tamper with');
  return items.map((item) => (isMeant(item) ? { ...item, ...change(item) } : item));
};

export const without = <T>(items: readonly T[], isMeant: (item: T) => boolean): T[] => {
  if (!items.some(isMeant)) throw new Error('nothing to tamper with');
  return items.filter((item) => !isMeant(item));
};

export const found = <T>(items: readonly T[], isMeant: (item: T) => boolean): T => {
  const item = items.find(isMeant);
  if (item === undefined) throw new Error('nothing to tamper with');
  return item;
};

export const decisionOf =
  (id: string, at = NOW) =>
  ({ _id }: StoredDecision): boolean =>
    _id === `${id}-retention-${at}`;

export const decided =
  (id: string, change: (decision: StoredDecision) => Partial<StoredDecision>) =>
  ({ decisions }: World): Partial<World> => ({ decisions: changed(decisions, decisionOf(id), change) });

export const entryOf =
  (id: string) =>
  ({ customer }: StoredEntry): boolean =>
    customer === stubOf(id);

export const lies =
  (id: string, change: (entry: StoredEntry) => Partial<StoredEntry>) =>
  ({ archive }: World): Partial<World> => ({ archive: changed(archive, entryOf(id), change) });

/** What lies there of who is away, as if it were of somebody else. */
export const liesOf =
  (id: string) =>
  ({ archive }: World): Partial<World> => {
    const entry = found(archive, entryOf('away'));
    const { version, epoch, scope } = entry;
    const content = () => ({ customerId: id, facts: entry.content()?.facts ?? emptyFacts });
    const other = { ...entry, _id: `${stubOf(id)}:${version}:${epoch}:${scope}`, customer: stubOf(id), content };
    return { archive: [...archive, other] };
  };

export const documentOf =
  (id: string) =>
  ({ _id }: ProfileDocument): boolean =>
    _id === id || _id === stubOf(id);

export const document =
  (id: string, change: (document: ProfileDocument) => Partial<ProfileDocument>) =>
  ({ documents }: World): Partial<World> => ({ documents: changed(documents, documentOf(id), change) });

export const stub =
  (id: string, change: (document: ProfileDocument) => Partial<ProfileDocument>) =>
  ({ stubs }: World): Partial<World> => ({ stubs: changed(stubs, documentOf(id), change) });

export const isOf = (customerId: string) => (record: InboundRecord) => record.key?.toString() === customerId;
