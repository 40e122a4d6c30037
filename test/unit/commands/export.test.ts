import { inFormat } from '../../../src/commands/export-formats.ts';
import { exportOf } from '../../../src/domain/export.ts';
import type { Chunk } from '../../../src/domain/past/chunk.ts';
import { moveOut } from '../../../src/domain/past/move-out.ts';
import { LIMITS } from '../../../src/domain/ledger/limits.ts';
import { canonicalJson } from '../../../src/domain/canonical.ts';
import { customerOf } from '../../../src/domain/derive.ts';
import type { InputEvent } from '../../../src/domain/events.ts';
import {
  aConsent,
  aContract,
  anAddress,
  anEmail,
  anItem,
  anOrder,
  aParty,
  aRequest,
  factsOf,
} from '../../helpers/domain.ts';
import { RULES } from '../../helpers/rules.ts';

const events: readonly InputEvent[] = [
  aContract({
    party: aParty({ givenName: 'Ada', familyName: 'Quote"d, and\nbroken' }),
    contactMediums: [anEmail('ada@example.com', { preferred: true }), anAddress('1 Main St', 'Berlin')],
    consents: [aConsent({ purpose: 'marketing', granted: false, decidedAt: 5 })],
    creditProfile: { score: 700, riskRating: 'A', checkedAt: 7, validTo: null },
  }),
  anOrder({ items: [anItem({ recurringPrice: { currency: 'JPY', minorUnits: 500 } })], orderDate: 9 }),
  aRequest({ caseReference: 'case-1' }),
  aRequest({ kind: 'legalHold', caseReference: 'case-2' }),
];

/** As a history gives them. */
const inTurn = async function* <T>(all: readonly T[] = []): AsyncGenerator<T> {
  await Promise.resolve();
  yield* all;
};

const exported = async (format: 'json' | 'csv', said = events, moved: readonly Chunk[] = []): Promise<string> => {
  const facts = factsOf(said);
  const recipients = [{ audience: 'churn', version: 2, knows: false }];
  const { profile } = customerOf(facts, RULES);
  const parts = exportOf(facts, profile, recipients, inTurn(moved));
  return (await Array.fromAsync(inFormat(format, { customerId: 'c-1', version: 4 }, parts))).join('');
};

describe('an export as JSON', () => {
  type Parts = Record<string, Record<string, { id?: string; value: unknown; stated?: unknown }[]>>;
  let all: Parts;
  beforeAll(async () => (all = JSON.parse(await exported('json')) as Parts));

  it('keeps apart what was said, what follows from it, and who was told', () => {
    expect(Object.keys(all)).toEqual(['customerId', 'version', 'provided', 'derived', 'recipient']);
    expect(Object.keys(all['provided'] ?? {})).toEqual([
      ...['agreement', 'assessment', 'consent', 'contactMedium', 'party', 'productOrder', 'restriction'],
    ]);
    expect(Object.keys(all['derived'] ?? {})).toEqual([
      ...['missingInformation', 'orderSummary', 'product', 'segment', 'status'],
    ]);
    expect(all['recipient']).toEqual({ audience: [{ id: 'churn', value: { version: 2, knows: false } }] });
  });

  it('tells of each statement who made it and when, instants and money as people write them', () => {
    expect(all['provided']?.['consent']).toEqual([
      {
        id: 'marketing:any',
        value: { purpose: 'marketing', channel: 'any', granted: false },
        stated: { sourceSystem: 'contracts', eventId: 'event-2', statedAt: '1970-01-01T00:00:00.005Z' },
      },
    ]);
    expect(all['provided']?.['productOrder']).toMatchObject([
      { value: { orderDate: '1970-01-01T00:00:00.009Z', items: [{ recurringPrice: { unit: 'JPY', value: 500 } }] } },
    ]);
    expect(all['provided']?.['contactMedium']).toMatchObject([
      { id: 'email:ada@example.com', value: { validation: 'unverified', preferred: true } },
      { value: { mediumType: 'postalAddress', preferred: false } },
    ]);
  });

  it('holds orders that have been moved out of the document, with the others', async () => {
    const many = Array.from({ length: 5 }, (_, n) =>
      anOrder({ orderId: `order-${n}`, eventId: `event-${n}`, occurredAt: n }),
    );
    const room = { most: 2, hot: 2, chunk: 2 };
    const { facts, chunks } = moveOut(factsOf(many), room, { epoch: 1, limits: LIMITS, next: 0 });
    const parts = await Array.fromAsync(exportOf(facts, null, [], inTurn(chunks)));
    const orders = parts.filter(({ section }) => section === 'productOrder');
    expect(orders.map(({ id }) => id)).toEqual(['order-3', 'order-4', 'order-0', 'order-1', 'order-2']);
    expect(orders.map(({ stated }) => stated?.eventId)).toEqual(orders.map(({ id }) => id?.replace('order', 'event')));
  });

  it('knows who is preferred also of a document from before it was kept who said so', async () => {
    const { contactMediums, ...others } = factsOf([aContract({ contactMediums: [anEmail('ada@example.com')] })]);
    const older = Object.entries(contactMediums).map(([id, contact]) => [id, { ...contact, preferredAt: 5 }]);
    const facts = { ...others, contactMediums: Object.fromEntries(older) as typeof contactMediums };
    const parts = await Array.fromAsync(exportOf(facts, null, [], inTurn()));
    expect(parts.find(({ section }) => section === 'contactMedium')?.value).toMatchObject({ preferred: true });
  });

  it('holds every value of every statement, but for legal holds', () => {
    const { legalHolds, ...facts } = factsOf(events);
    expect(Object.keys(legalHolds)).toEqual(['case-2']);
    const text = canonicalJson(all);
    for (const value of ['Ada', 'ada@example.com', '1 Main St', 'Berlin', '700', 'case-1'])
      expect(text).toContain(value);
    expect(text).not.toContain('case-2');
    const count = Object.values(all['provided'] ?? {}).flat().length;
    const sections = [facts.agreements, facts.assessments, facts.consents, facts.contactMediums, facts.party];
    const others = [facts.preferences, facts.orders, facts.privacy];
    expect(count).toBe([...sections, ...others].flatMap((section) => Object.keys(section)).length);
  });

  it('is whole also of a customer of whom next to nothing is known', async () => {
    expect(JSON.parse(await exported('json', []))).toMatchObject({
      customerId: 'c-1',
      derived: { status: [{ value: 'prospect' }] },
    });
    const empty = await Array.fromAsync(inFormat('json', { customerId: 'c-1', version: 1 }, []));
    expect(JSON.parse(empty.join(''))).toEqual({
      customerId: 'c-1',
      version: 1,
    });
  });
});

describe('an export as CSV', () => {
  let lines: string[];
  beforeAll(async () => (lines = (await exported('csv')).split('\r\n')));

  it('has a line for each value, with its path and where it comes from', () => {
    expect(lines[0]).toBe('category,section,id,field,value,sourceSystem,eventId,statedAt');
    expect(lines).toContain(
      'provided,productOrder,order-1,items[0].recurringPrice.value,500,orders,event-1,1970-01-01T00:00:01.000Z',
    );
    expect(lines).toContain('provided,consent,marketing:any,granted,false,contracts,event-2,1970-01-01T00:00:00.005Z');
    expect(lines).toContain('recipient,audience,churn,knows,false,,,');
  });

  it('quotes what would be read as something else', async () => {
    expect(await exported('csv')).toContain('provided,party,familyName,,"Quote""d, and\nbroken",contracts,');
  });
});
