/** What retention has decided of a customer as a whole: it stands while nothing newer is heard of the customer. */
import { order } from './canonical.ts';
import { lastSeenAt } from './facts.ts';
import { isTree, member, numberOf, textOf, treeOf, type Tree } from './read.ts';

/** What people say of themselves, and others of them; not what the privacy desk asks for, nor what the system says. */
const HEARD = ['party', 'agreements', 'orders', 'consents', 'preferences', 'assessments'];

/** ms */
export const lastHeardAt = (facts: Tree): number => {
  const stated = HEARD.flatMap((section) =>
    Object.values(treeOf(facts, section)).map((entry) => numberOf(entry, 'at')),
  );
  const seen = Object.values(treeOf(facts, 'contactMediums')).map((entry) =>
    isTree(entry) ? lastSeenAt(entry) : null,
  );
  return Math.max(...[...stated, ...seen].map((at) => at ?? Number.NEGATIVE_INFINITY));
};

/** Null where none stands. */
export const rulingIn = (facts: Tree): Tree | null => {
  const ruling = member(member(facts, 'retention'), 'ruling');
  return isTree(ruling) && (numberOf(ruling, 'at') ?? 0) >= lastHeardAt(facts) ? treeOf(ruling, 'value') : null;
};

/** The country of the postal address that is preferred, or was seen last; else that by which was ruled; `*` where nothing tells. */
export const jurisdictionOf = (facts: Tree): string => {
  const places = Object.entries(treeOf(facts, 'contactMediums')).flatMap(([key, contact]) => {
    const address = treeOf(treeOf(treeOf(contact, 'medium'), 'value'), 'address');
    const country = textOf(address, 'country')?.trim().toUpperCase() ?? '';
    if (!isTree(contact) || !/^[A-Z]{2}$/.test(country)) return [];
    return [{ country, isPreferred: contact['preferred'] !== undefined, seenAt: lastSeenAt(contact), key }];
  });
  const [best] = places.sort(
    (a, b) => Number(b.isPreferred) - Number(a.isPreferred) || b.seenAt - a.seenAt || order(b.key, a.key),
  );
  const ruled = treeOf(treeOf(treeOf(facts, 'retention'), 'ruling'), 'value');
  return best?.country ?? textOf(ruled, 'jurisdiction') ?? '*';
};
