/** What there is online of who lies in the archive, and what the archive says of them to statistics. */
import { factsOf } from './facts.ts';
import { profileOf } from './profile.ts';
import { isTree, listOf, member, textOf, treeOf, type Tree } from './read.ts';

/** As of somebody of whom nothing is known. */
export const NOTHING_KNOWN: Tree = factsOf([]);

/** It says nothing but that there is somebody. */
export const ARCHIVED: Tree = {
  ...profileOf(NOTHING_KNOWN, { segments: null, completeness: null }),
  status: 'archived',
};

const ORDER = ['state', 'category', 'channel', 'orderDate', 'completionDate', 'orderTotalPrice'];
const ITEM = ['action', 'state', 'offeringId', 'category', 'quantity', 'termMonths', 'recurringPrice', 'oneOffPrice'];
const AGREEMENT = ['agreementType', 'signedAt', 'period', 'autoRenews'];
const CONSENT = ['purpose', 'channel', 'granted'];

const picked = (value: unknown, names: readonly string[]): Tree =>
  Object.fromEntries(names.map((name) => [name, member(value, name)]));

const each = (facts: unknown, section: string): Tree[] => Object.values(treeOf(facts, section)).filter(isTree);

/** Orders, agreements and consents in the sequence in which they are kept, by fields that name nobody. */
export const extractOf = (facts: unknown, jurisdiction: string): Tree => ({
  jurisdiction,
  orders: each(facts, 'orders').map(({ at, value }) => ({
    ...{ at, ...picked(value, ORDER) },
    items: listOf(value, 'items').map((item) => picked(item, ITEM)),
  })),
  agreements: each(facts, 'agreements').map(({ at, value }) => ({
    ...{ at, ...picked(value, AGREEMENT) },
    offerings: listOf(value, 'items').map((item) => textOf(item, 'offeringId')),
  })),
  consents: each(facts, 'consents').map(({ at, value }) => ({ at, ...picked(value, CONSENT) })),
});
