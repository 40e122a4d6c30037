/** Customers whose time is over, for tests of what becomes of them. */
import { ARCHIVE } from '../../src/adapters/mongodb/archive.ts';
import { ERASED } from '../../src/adapters/mongodb/profile-writes.ts';
import { PROFILES } from '../../src/adapters/mongodb/profiles.ts';
import { aConsent, anEmail, anItem, anOrder, aParty, aRequest, aRetention } from './domain.ts';
import type { Member, World } from './protocol-world.ts';
import { day, TERMS } from './terms.ts';

export const CUSTOMER = 'customer-1';
export const NOW = day('2026-06-15');

export const bought = (at: string) =>
  anOrder({
    ...{ eventId: `bought-${at}`, orderId: `bought-${at}`, occurredAt: day(at), items: [anItem({ productId: 'tv' })] },
    party: aParty({ givenName: 'Ada' }),
    contactMediums: [anEmail('ada@example.com')],
  });
export const gaveBack = (at: string) =>
  anOrder({
    ...{ eventId: `gave-back-${at}`, orderId: `gave-back-${at}`, occurredAt: day(at) },
    items: [anItem({ productId: 'tv', action: 'delete' })],
  });
export const agreed = aRequest({
  ...{ kind: 'consentChanged', eventId: 'agreed', occurredAt: day('2001-01-01') },
  consents: [aConsent({ purpose: 'archiving', decidedAt: day('2001-01-01') })],
});
export const command = (said: { eventId?: string; occurredAt?: number } = {}) =>
  aRetention(TERMS, { occurredAt: NOW, ...said });

/** How many documents there are: profiles, stubs, entries of the archive. */
export const placed = ({ db }: World): Promise<number[]> =>
  Promise.all([PROFILES, ERASED, ARCHIVE].map((name) => db.collection(name).countDocuments()));

/** Ended in 2001; agreed to the archive. */
export const ended = async (world: World): Promise<Member> => {
  await world.publish(world.orders, bought('2000-01-01'), gaveBack('2001-01-01'));
  await world.publish(world.requests, agreed);
  await world.publish(world.commands, command());
  const member = world.member();
  await member.open();
  await member.round(world.batch(world.orders, 0, 2), world.batch(world.requests, 0, 1));
  return member;
};

export const archived = async (world: World): Promise<Member> => {
  const member = await ended(world);
  await member.round(world.batch(world.commands, 0, 1));
  return member;
};
