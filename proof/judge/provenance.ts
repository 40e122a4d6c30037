/** Where what is known comes from: which system said it, with which event, when. */
import { order } from './canonical.ts';
import { isTree, member, numberOf, textOf, treeOf, type Tree } from './read.ts';

/** What an entry of the facts comes from; null when there is none. */
export const statementOf = (entry: unknown): Tree | null =>
  isTree(entry) ? { sourceSystem: entry['source'], eventId: entry['by'], statedAt: entry['at'] } : null;

const PREFERRED: Readonly<Record<string, string>> = {
  email: 'preferredEmail',
  phone: 'preferredPhone',
  postalAddress: 'preferredPostalAddress',
};

/** Of every preference that was stated; `paid`: the statement that says how the customer last paid. By event, the latest first. */
export const provenanceOf = (facts: Tree, contactMediums: readonly Tree[], paid: unknown): Tree[] => {
  const stated = new Map<string, unknown>(Object.entries(treeOf(facts, 'preferences')));
  stated.set('paymentMethodType', paid);
  for (const medium of contactMediums.filter((each) => each['preferred'] === true)) {
    const wish = member(treeOf(treeOf(facts, 'contactMediums'), textOf(medium, 'id') ?? ''), 'preferred');
    stated.set(PREFERRED[textOf(medium, 'mediumType') ?? ''] ?? '', wish);
  }
  const byEvent = Map.groupBy(
    [...stated].filter(([, entry]) => isTree(entry)),
    ([, entry]) => JSON.stringify(statementOf(entry)),
  );
  return [...byEvent.values()]
    .map((those) => ({ preferences: those.map(([name]) => name).sort(), ...statementOf(those[0]?.[1]) }))
    .sort(
      (a, b) =>
        order(numberOf(b, 'statedAt') ?? 0, numberOf(a, 'statedAt') ?? 0) ||
        order(textOf(a, 'eventId') ?? '', textOf(b, 'eventId') ?? '') ||
        order(textOf(a, 'sourceSystem') ?? '', textOf(b, 'sourceSystem') ?? ''),
    );
};
