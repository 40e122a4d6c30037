/** Through which channels a customer may be approached, and until when: what marketing may do at all. */
import { same } from './canonical.ts';
import { lastSeenAt } from './facts.ts';
import { isTree, member, numberOf, treeOf, type Tree } from './read.ts';

/** By name. */
const CHANNELS = ['email', 'phone', 'post', 'push', 'sms'] as const;

type Channel = (typeof CHANNELS)[number];

export interface Permitted {
  readonly channel: 'any' | Channel;
  readonly validTo: number | null;
}

/** What the system has decided is no news of the customer either. */
export const isOfSystem = (section: string): boolean => ['links', 'cuts', 'retention'].includes(section);

/** What happens to others is no news of the customer. */
export const isOfOthers = (section: string): boolean => section === 'links';

/** The time of the latest statement that the facts hold: the only clock there is. */
export const latestKnown = (facts: Tree): number => {
  let latest = Number.NEGATIVE_INFINITY;
  for (const [name, section] of Object.entries(facts)) {
    if (isOfSystem(name)) continue;
    for (const entry of isTree(section) ? Object.values(section) : []) {
      // A contact was last seen with the latest of its statements.
      latest = Math.max(latest, numberOf(entry, 'at') ?? (isTree(entry) ? lastSeenAt(entry) : latest));
    }
  }
  return latest;
};

/**
 * What the latest decisions permit at a time; empty when nothing. For a channel counts the latest decision that speaks of
 * it, be it by name or as one of any.
 */
export const permittedAt = (consents: Tree, now: number): Permitted[] => {
  const decided = (channel: string): Tree => treeOf(consents, `marketing:${channel}`);
  const any = decided('any');
  const counting = CHANNELS.map((channel) => {
    const own = decided(channel);
    return { channel, decision: timeOf(own) >= timeOf(any) ? own : any };
  });
  const permitted = counting
    .filter(({ decision }) => isInForce(decision, now))
    .map(({ channel, decision }): Permitted => ({ channel, validTo: validToOf(decision) }));
  const isAny =
    isInForce(any, now) &&
    permitted.length === CHANNELS.length &&
    permitted.every(({ validTo }) => same(validTo, validToOf(any)));
  return isAny ? [{ channel: 'any', validTo: validToOf(any) }] : permitted;
};

/** What was never decided is the oldest of all. */
const timeOf = (decision: Tree): number => numberOf(decision, 'at') ?? Number.NEGATIVE_INFINITY;

const validToOf = (decision: Tree): number | null => numberOf(decision['value'], 'validTo');

const isInForce = (decision: Tree, now: number): boolean =>
  member(decision['value'], 'granted') === true && (validToOf(decision) ?? Number.POSITIVE_INFINITY) > now;

/** The channels that lead to a contact of each type. */
const LEADING: Readonly<Record<string, readonly Permitted['channel'][]>> = {
  email: ['any', 'email'],
  phone: ['any', 'phone', 'sms'],
  postalAddress: ['any', 'post'],
};

export const isReached = (mediumType: string, permitted: readonly Permitted[]): boolean =>
  permitted.some(({ channel }) => LEADING[mediumType]?.includes(channel));
