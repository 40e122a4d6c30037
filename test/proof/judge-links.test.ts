/** What customers share, judged: whatever they say, in whatever batches, product and judge come to the same. */
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { linksOf } from '../../proof/judge/link-values.ts';
import { factsOf } from '../../proof/judge/facts.ts';
import { profileOf } from '../../proof/judge/profile.ts';
import { statementsOf } from '../../proof/judge/statements.ts';
import type { InputEvent } from '../../src/domain/events.ts';
import { anAddress, anEmail, anOrder, aPhone } from '../helpers/domain.ts';
import { eventWorld } from '../helpers/traffic-world.ts';
import { audienceHistories } from './judge-audience-events.ts';
import { judged, leftIn, SETTINGS } from './judge-evidence.ts';

const KEY = 'the key of the tests of links';
const PREVIOUS = 'the key before that one';

const linkOf = (kind: string, value: string, key = KEY): string =>
  `${kind}:${createHmac('sha256', key).update(`${kind}:${value}`).digest('base64url').slice(0, 22)}`;

const links = (events: readonly InputEvent[], keys: readonly string[] = [KEY]): string[] => {
  const facts = factsOf(events.flatMap(({ type, event }) => statementsOf(type, { ...event })));
  return linksOf(facts, profileOf(facts, SETTINGS.rules), keys);
};

describe('the links of a customer', () => {
  it('are of each kind, under every key, and of no contact that is invalid', () => {
    const { address } = anAddress('1 Main St', 'Berlin');
    const event = anOrder({
      contactMediums: [anEmail('ada@example.com'), anEmail('ada@example'), aPhone('+49 30 901820')],
      paymentMethod: { methodType: 'wallet', fingerprint: 'pay' },
      deviceFingerprint: 'device',
      deliveryAddress: address,
    });
    const values = [
      ['address', 'postalAddress:de|10115|1 main st||berlin'],
      ['device', 'device'],
      ['email', 'email:ada@example.com'],
      ['paymentInstrument', 'pay'],
      ['phone', 'phone:+4930901820'],
    ] as const;
    const under = (key: string) => values.map(([kind, value]) => linkOf(kind, value, key));
    expect(links([event])).toEqual(under(KEY).sort());
    expect(links([event], [KEY, PREVIOUS])).toEqual([...under(KEY), ...under(PREVIOUS)].sort());
    expect(links([event], [])).toEqual([]);
  });

  it('are of each kind the 20 latest', () => {
    const events = Array.from({ length: 30 }, (_, i) =>
      anOrder({
        ...{ eventId: `event-${i}`, orderId: `o-${String(i % 25).padStart(2, '0')}`, occurredAt: i },
        ...{ orderDate: Math.floor((i % 25) / 2), deviceFingerprint: `device-${i % 25}` },
        contactMediums: [anEmail(`a${i}@example.com`)],
      }),
    );
    // Two orders a day: of those of one day the first by its id counts as the later.
    const devices = Array.from({ length: 21 }, (_, i) => i + 4).filter((i) => i !== 5);
    const emails = Array.from({ length: 20 }, (_, i) => i + 10);
    expect(links(events)).toEqual(
      [
        ...devices.map((i) => linkOf('device', `device-${i}`)),
        ...emails.map((i) => linkOf('email', `email:a${i}@example.com`)),
      ].sort(),
    );
  });
});

/** Events of several customers, in turn, who have next to nothing for themselves. */
const neighbourhoods = fc.array(audienceHistories, { minLength: 2, maxLength: 5 }).map((histories) => {
  const lives = histories.map((events, customer) =>
    events.map((input): InputEvent => {
      const said = { customerId: `customer-${customer}`, eventId: `${customer}-${input.event.eventId}` };
      if (input.type === 'OrderFinalized') return { ...input, event: { ...input.event, ...said } };
      if (input.type === 'ContractSigned') return { ...input, event: { ...input.event, ...said } };
      throw new TypeError('customers do not command');
    }),
  );
  const longest = Math.max(...lives.map(({ length }) => length));
  return Array.from({ length: longest }, (_, turn) => lives.flatMap((life) => life[turn] ?? [])).flat();
});

it('is said, counted and answered by the product as the judge has it, however batches and aborted transactions fall', async () => {
  const playing = fc.record({
    events: neighbourhoods,
    batch: fc.integer({ min: 1, max: 6 }),
    aborted: fc.uniqueArray(fc.integer({ min: 1, max: 20 }), { maxLength: 6 }),
    linkKeys: fc.constantFrom([KEY], [KEY], [KEY, PREVIOUS]),
  });
  let shared = 0;
  let withdrawn = 0;
  await fc.assert(
    fc.asyncProperty(playing, async ({ events, batch, aborted, linkKeys }) => {
      const world = await eventWorld(events, { batch, linkKeys, aborts: (attempt) => aborted.includes(attempt) });
      expect(world.deadLetters).toEqual([]);
      const { violations } = await judged(leftIn(world), { ...SETTINGS, linkKeys });
      expect(violations).toEqual([]);
      shared += world.documents.flatMap(({ facts }) => Object.values(facts.links)).length;
      withdrawn += world.links.filter(({ link }) => link === undefined).length;
    }),
    { numRuns: 150 },
  );
  expect(shared).toBeGreaterThan(500);
  expect(withdrawn).toBeGreaterThan(50);
});

it('counts no more than twenty others, who come and go', async () => {
  const order = (customer: number, orderVersion: number, deviceFingerprint: string): InputEvent =>
    anOrder({
      ...{ customerId: `c-${customer}`, eventId: `${customer}-${orderVersion}`, orderId: `o-${customer}` },
      ...{ orderVersion, occurredAt: orderVersion, deviceFingerprint },
    });
  const crowd = Array.from({ length: 30 }, (_, i) => order(i, 1, 'device'));
  const leaving = Array.from({ length: 14 }, (_, i) => order(2 * i, 2, `own-${i}`));
  for (const events of [crowd, [...crowd, ...leaving.slice(0, 8)], [...crowd, ...leaving]]) {
    const left = leftIn(await eventWorld(events, { batch: 3, linkKeys: [KEY] }));
    expect((await judged(left, { ...SETTINGS, linkKeys: [KEY] })).violations).toEqual([]);
  }
});

it('finds that something is claimed where there is no key', async () => {
  const left = leftIn(await eventWorld([anOrder({ deviceFingerprint: 'device' })], { linkKeys: [KEY] }));
  expect(Object.keys((await judged(left)).counts).sort()).toEqual(['link-differs', 'link-document']);
});
