/** The judge works out by itself where preferences come from, and who verified a contact: what is told wrongly is found. */
import type { Facts } from '../../src/domain/facts.ts';
import type { CustomerProfile, Provenance, StatedPreferences } from '../../src/domain/generated/CustomerUpdated.ts';
import { eventWorld } from '../helpers/traffic-world.ts';
import { aContract, anAddress, anEmail, anOrder } from '../helpers/domain.ts';
import { judged, type Left, leftIn, saying } from './judge-evidence.ts';

const EMAIL = 'email:ada@example.com';

const ordered = (eventId: string, occurredAt: number, said: Parameters<typeof anOrder>[0]) =>
  anOrder({ eventId, orderId: eventId, occurredAt, ...said });

/** The last event mentions contacts and states no preference. */
const stated = async (): Promise<Left> =>
  leftIn(
    await eventWorld(
      [
        aContract({
          ...{ eventId: 'first', occurredAt: 1, languages: ['de'] },
          billing: { format: 'itemized', cycle: 'monthly', media: 'email' },
          contactMediums: [
            anEmail('ada@example.com', { preferred: true, validation: 'verified' }),
            anAddress('1 Main St', 'Berlin', { preferred: true, validation: 'verified' }),
          ],
        }),
        ordered('second', 2, { paymentMethod: { methodType: 'wallet', fingerprint: null } }),
        aContract({
          ...{ eventId: 'third', occurredAt: 3, agreementId: 'b', sourceSystem: 'shop', languages: ['en'] },
          contactMediums: [anEmail('ada@example.com', { preferred: true })],
        }),
        ordered('fourth', 4, { contactMediums: [anEmail('ada@example.com'), anAddress('1 MAIN ST', 'Berlin')] }),
      ],
      { batch: 1 },
    ),
  );

type Told = StatedPreferences[];

/** As if the system said so in every version and kept it, so that nothing but the truth contradicts it. */
const everywhere = async (left: Left, change: (profile: CustomerProfile) => CustomerProfile): Promise<Left> => {
  const records = await Promise.all(
    left.committedOutputs.map(async (record) =>
      record.topic === 'customer-updated'
        ? await saying(record, (event) => ({ ...event, profile: change(event.profile) }))
        : record,
    ),
  );
  const documents = left.documents.map((document) => ({
    ...document,
    profile: document.profile && change(document.profile),
  }));
  return { ...left, documents, committedOutputs: records, uncommittedOutputs: records };
};

const telling =
  (change: (told: Told) => Told) =>
  (profile: CustomerProfile): CustomerProfile => {
    const { preferences } = profile;
    return { ...profile, preferences: { ...preferences, provenance: change(preferences.provenance) } };
  };

const of =
  (eventId: string, change: (entry: StatedPreferences) => StatedPreferences) =>
  (told: Told): Told =>
    told.map((entry) => (entry.eventId === eventId ? change(entry) : entry));

const validatedBy =
  (change: (by: Provenance) => Provenance | null) =>
  (profile: CustomerProfile): CustomerProfile => ({
    ...profile,
    contactMediums: profile.contactMediums.map((medium) => ({
      ...medium,
      validatedBy: medium.validatedBy && change(medium.validatedBy),
    })),
  });

const moved = (from: string, preference: StatedPreferences['preferences'][number], to: string) => (told: Told) =>
  told.some(({ eventId }) => eventId === to)
    ? told.map((entry) => {
        const { eventId, preferences } = entry;
        if (eventId === from) return { ...entry, preferences: preferences.filter((name) => name !== preference) };
        return eventId === to ? { ...entry, preferences: [...preferences, preference].sort() } : entry;
      })
    : told;

const facts = (left: Left, change: (email: Facts['contactMediums'][string]) => object): Left => ({
  ...left,
  documents: left.documents.map((document) => {
    const key = EMAIL.replaceAll('.', '%2E');
    const { contactMediums } = document.facts;
    const email = contactMediums[key];
    if (email === undefined) throw new Error('there is no such contact');
    const changed = { ...contactMediums, [key]: change(email) } as typeof contactMediums;
    return { ...document, facts: { ...document.facts, contactMediums: changed } };
  }),
});

describe('of the provenance of what is known, the judge', () => {
  it('finds nothing wrong where nothing is', async () => {
    const left = await stated();
    expect((await judged(left)).violations).toEqual([]);
    const told = left.documents[0]?.profile?.preferences.provenance.map(({ eventId, preferences }) => [
      eventId,
      preferences.join(),
    ]);
    expect(told).toEqual([
      ['third', 'languages,preferredEmail'],
      ['second', 'paymentMethodType'],
      ['first', 'billingCycle,billingFormat,billingMedia,preferredPostalAddress'],
    ]);
  });

  it.each<[what: string, change: (profile: CustomerProfile) => CustomerProfile]>([
    ['another system', telling(of('third', (entry) => ({ ...entry, sourceSystem: 'contracts' })))],
    ['another event', telling(of('first', (entry) => ({ ...entry, eventId: 'fourth' })))],
    ['another time', telling(of('second', (entry) => ({ ...entry, statedAt: entry.statedAt + 1 })))],
    ['an older statement', telling(moved('third', 'languages', 'first'))],
    ['another preference', telling(of('second', (entry) => ({ ...entry, preferences: ['preferredPhone'] })))],
    ['a contact as if whoever mentioned it had', telling(moved('third', 'preferredEmail', 'second'))],
    ['no preference of an event', telling((told) => told.filter(({ eventId }) => eventId !== 'second'))],
    ['one preference less', telling(of('first', (entry) => ({ ...entry, preferences: entry.preferences.slice(1) })))],
    ['one event twice', telling((told) => told.flatMap((entry) => [entry, entry]))],
    ['the oldest first', telling((told) => told.toReversed())],
    ['nothing', telling(() => [])],
    ['another system for a validation', validatedBy((by) => ({ ...by, sourceSystem: 'orders' }))],
    ['another event for a validation', validatedBy((by) => ({ ...by, eventId: 'fourth' }))],
    ['another time for a validation', validatedBy((by) => ({ ...by, statedAt: 4 }))],
    ['nobody for a validation', validatedBy(() => null)],
    [
      'a verified contact as it was only mentioned',
      (profile) => ({
        ...profile,
        contactMediums: profile.contactMediums.map((medium) => ({
          ...medium,
          address: medium.address && { ...medium.address, street1: '1 MAIN ST' },
        })),
      }),
    ],
  ])('notices that profiles name %s', async (_, change) => {
    const judgement = await judged(await everywhere(await stated(), change));
    expect(Object.keys(judgement.counts).sort()).toEqual(['output-differs', 'profile-differs']);
  });

  it.each<[what: string, change: (email: Facts['contactMediums'][string]) => object]>([
    ['was not called preferred', (email) => ({ ...email, preferred: undefined })],
    [
      'was called so by another system',
      ({ preferred, ...rest }) => ({ ...rest, preferred: { ...preferred, source: 'x' } }),
    ],
    ['was called so by another event', ({ preferred, ...rest }) => ({ ...rest, preferred: { ...preferred, by: 'x' } })],
    ['was called so at another time', ({ preferred, ...rest }) => ({ ...rest, preferred: { ...preferred, at: 1 } })],
    ['was seen at another time', ({ seen = [], ...rest }) => ({ ...rest, seen: seen.slice(1) })],
    ['was seen first at another time', (email) => ({ ...email, firstSeenAt: 3 })],
    ['stands as it was mentioned', ({ medium, ...rest }) => ({ ...rest, medium: { ...medium, version: 0 } })],
  ])('notices that by the facts a contact %s', async (_, change) => {
    const judgement = await judged(facts(await stated(), change));
    expect(Object.keys(judgement.counts)).toEqual(['facts-differ']);
  });
});
