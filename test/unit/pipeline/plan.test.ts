import { canonicalJson } from '../../../src/domain/canonical.ts';
import { customerUpdated } from '../../../src/domain/customer-updated.ts';
import type { Customer } from '../../../src/domain/derive.ts';
import type { InputEvent } from '../../../src/domain/events.ts';
import type { CustomerProfile, CustomerUpdated } from '../../../src/domain/generated/CustomerUpdated.ts';
import { refuse } from '../../../src/domain/refusal.ts';
import type { Terms } from '../../../src/domain/retention/terms.ts';
import type { ProfileDocument, ProfileWrite } from '../../../src/pipeline/document.ts';
import { avroType } from '../../helpers/avro.ts';
import { aConsent, anEmail, aRefresh, aRequest, aRetention } from '../../helpers/domain.ts';
import { order as anOrder } from '../../helpers/events.ts';
import type { Delivery } from '../../../src/pipeline/fold.ts';
import { type CustomerPlan, planCustomer, type Stretch } from '../../../src/pipeline/plan.ts';
import { RULES } from '../../helpers/rules.ts';

const ORDERS = 'order-finalized';
const CONTRACTS = 'contract-signed';

/** Of whom nothing has happened for a day goes to the archive. */
const ARCHIVED_SOON: Terms = {
  ...{ policy: 'p', jurisdiction: 'DE' },
  customer: { minimum: 'P0D', maximum: 'P1D', legalBasis: 'law' },
};

const order = (orderId: string, occurredAt: number): InputEvent =>
  anOrder({ orderId, occurredAt, customerId: 'customer-1' });

const delivery = (offset: number, input: Delivery['input'], topic = ORDERS): Delivery => ({ topic, offset, input });

/** A batch of one topic, from offset `from` up to but not including `to`. */
const stretch = (epoch: number, from: number, to: number): Stretch => ({
  epoch,
  from: { [ORDERS]: from, [CONTRACTS]: 0 },
  to: { [ORDERS]: to, [CONTRACTS]: 0 },
});

const plan = (before: ProfileDocument | null, deliveries: Delivery[], batch: Stretch): CustomerPlan =>
  planCustomer('customer-1', before, deliveries, batch, { rules: RULES, audiences: [], hash: null });

const written = ({ document }: CustomerPlan): ProfileDocument => {
  if (document === null) throw new Error('no document was planned');
  return document;
};

const changesOf = (write: ProfileWrite | null) =>
  write === null || write.expectedVersion === null ? [] : write.changes;

/** Version 1, saved by epoch 1 from the event at offset 5. */
const first = (): ProfileDocument => written(plan(null, [delivery(5, order('A', 10))], stretch(1, 5, 6)));

describe('a customer in one batch', () => {
  it('becomes one version whose marker is the last event that changed it, and names every cause', () => {
    const { write, document, publish, applied } = plan(
      null,
      [delivery(5, order('A', 10)), delivery(6, order('B', 20)), delivery(7, order('A', 10))],
      stretch(1, 5, 8),
    );
    expect(publish).toBe(true);
    expect(applied).toBe(2);
    expect(document).toMatchObject({ version: 1, previousVersion: 0, epoch: 1, marker: { topic: ORDERS, offset: 6 } });
    expect(document?.pending?.causes.map(({ eventId }) => eventId)).toEqual(['event-A-10', 'event-B-20']);
    expect(document?.pending?.occurredAt).toBe(20);
    expect(write).toEqual({ customerId: document?._id, expectedVersion: null, document });
  });

  it('stays silent when its events change nothing and its version has been published', () => {
    expect(plan(first(), [delivery(6, order('A', 10))], stretch(1, 6, 7))).toMatchObject({
      write: null,
      publish: false,
    });
  });

  it('tells what comes late from what comes again', () => {
    const known = written(plan(null, [delivery(5, order('A', 10)), delivery(6, order('A', 20))], stretch(1, 5, 7)));
    const again = [delivery(7, order('A', 20)), delivery(8, order('A', 15)), delivery(9, order('B', 30))];
    expect(plan(known, again, stretch(1, 7, 10))).toMatchObject({ applied: 1, stale: 1 });
    const late = [delivery(7, order('B', 30)), delivery(8, order('A', 20))];
    expect(plan(known, late, stretch(1, 7, 9))).toMatchObject({ applied: 1, stale: 1 });
  });

  it('is told again as it was saved, whatever the rules are by then', () => {
    const audience = { name: 'a', view: ({ profile }: Customer) => ({ segments: profile.segments }) };
    const planned = (before: ProfileDocument | null, segment: string): CustomerPlan => {
      const rules = { ...RULES, segmentsOf: () => [segment] };
      const then = { rules, audiences: [audience], hash: null };
      return planCustomer('customer-1', before, [delivery(5, order('A', 10))], stretch(1, 5, 6), then);
    };
    const again = planned(written(planned(null, 'old')), 'new');
    expect(again).toMatchObject({ publish: true, document: { profile: { segments: ['old'] } } });
    expect(again.tellings).toEqual([{ audience: 'a', previousVersion: 0, view: { segments: ['old'] } }]);
  });

  it('says once more what it had to say of links when it comes again', () => {
    const then = { rules: RULES, audiences: [], hash: () => ['phone:x'] };
    const planned = (before: ProfileDocument | null): CustomerPlan =>
      planCustomer('customer-1', before, [delivery(5, order('A', 10))], stretch(1, 5, 6), then);
    const [once, again] = [planned(null), planned(written(planned(null)))];
    expect(once.claims).toEqual([{ link: 'phone:x', linked: true, told: false }]);
    expect(again.claims).toEqual(once.claims);
  });

  it('asks anew of links when it is back from the archive, were it in the same batch', () => {
    const then = { rules: RULES, audiences: [], hash: () => ['phone:x'] };
    const planned = (before: ProfileDocument | null, ...deliveries: readonly Delivery[]): CustomerPlan => {
      const [from, to] = [deliveries[0]?.offset ?? 0, (deliveries.at(-1)?.offset ?? 0) + 1];
      return planCustomer('customer-1', before, deliveries, stretch(1, from, to), then);
    };
    const counted = (customers: string, version: string) =>
      aRefresh({ kind: 'linkCounted', parameters: { link: 'phone:x', version, customers } });
    const agreed = aRequest({ kind: 'consentChanged', consents: [aConsent({ purpose: 'archiving' })] });
    const known = written(
      planned(null, delivery(5, agreed), delivery(6, order('A', 10)), delivery(7, counted('1', '1'))),
    );
    const archiving = aRetention(ARCHIVED_SOON, { occurredAt: 400 * 86_400_000 });
    const later = order('B', 401 * 86_400_000);
    const anew = [{ link: 'phone:x', linked: true, told: true }];

    const archived = planned(known, delivery(8, archiving), delivery(9, counted('2', '2')));
    expect(archived.claims).toEqual([{ link: 'phone:x', linked: false, told: false }]);
    expect(planned(archived.document, delivery(10, later)).claims).toEqual(anew);
    const back = planned(known, delivery(8, archiving), delivery(9, counted('2', '2')), delivery(10, later));
    expect(back.claims).toEqual(anew);
    expect(planned(known, delivery(8, later)).claims).toEqual([]);
  });

  it('names the version before it once that one has been published', () => {
    const next = written(plan(first(), [delivery(6, order('B', 20))], stretch(1, 6, 7)));
    expect(next).toMatchObject({ version: 2, previousVersion: 1 });
    expect(next.pending?.causes).toHaveLength(1);
  });

  it('changes only what differs, by path', () => {
    const { write } = plan(first(), [delivery(6, order('B', 20))], stretch(1, 6, 7));
    const paths = changesOf(write).map(({ path }) => path.join('.'));
    expect(paths).toContain('facts.orders.B');
    expect(paths.some((path) => path.startsWith('facts.orders.A'))).toBe(false);
    expect(paths).toContain('profile.orderSummary.totalCount');
  });
});

describe('a version that was saved and not published', () => {
  it('is claimed and published when its marker event is delivered again', () => {
    const { write, document, publish } = plan(first(), [delivery(5, order('A', 10))], stretch(2, 5, 6));
    expect(publish).toBe(true);
    expect(write).toMatchObject({ expectedVersion: 1, state: { epoch: 2 }, changes: [] });
    expect(document).toMatchObject({ version: 1, previousVersion: 0, epoch: 2 });
  });

  it('is claimed and published when its marker event is refused on redelivery', () => {
    const refused = delivery(5, refuse('unknown-schema'));
    expect(plan(first(), [refused], stretch(2, 5, 6))).toMatchObject({ publish: true, write: { changes: [] } });
  });

  it('waits for its marker when only an earlier event of the batch is delivered again', () => {
    const two = written(plan(null, [delivery(5, order('A', 10)), delivery(6, order('B', 20))], stretch(1, 5, 7)));
    expect(plan(two, [delivery(5, order('A', 10))], stretch(2, 5, 6))).toMatchObject({ write: null, publish: false });
    expect(plan(two, [delivery(6, order('B', 20))], stretch(2, 6, 7))).toMatchObject({ publish: true });
  });

  it('waits for its marker when the same content arrives in another topic', () => {
    const twin = delivery(3, order('A', 10), CONTRACTS);
    const batch = { epoch: 2, from: { [ORDERS]: 5, [CONTRACTS]: 3 }, to: { [ORDERS]: 5, [CONTRACTS]: 4 } };
    expect(plan(first(), [twin], batch)).toMatchObject({ write: null, publish: false });
  });

  it('hands its changes and causes over to the version that another topic makes of it', () => {
    const other = delivery(3, order('B', 5), CONTRACTS);
    const batch = { epoch: 2, from: { [ORDERS]: 5, [CONTRACTS]: 3 }, to: { [ORDERS]: 5, [CONTRACTS]: 4 } };
    const taken = written(plan(first(), [other], batch));
    expect(taken).toMatchObject({ version: 2, previousVersion: 0, marker: { topic: CONTRACTS, offset: 3 } });
    expect(taken.pending?.causes.map(({ eventId }) => eventId)).toEqual(['event-A-10', 'event-B-5']);
    expect(taken.pending?.occurredAt).toBe(10);
    expect(taken.pending?.paths).toEqual(expect.arrayContaining([...(first().pending?.paths ?? [])]));
    expect(taken.pending?.paths).toEqual([...(taken.pending?.paths ?? [])].sort());
  });
});

describe('a version that was saved and not published, with a name that is given up by then', () => {
  const planned = (before: ProfileDocument | null, name: string, batch: Stretch): CustomerPlan => {
    const audience = { name: 'a', view: () => ({ sees: name }), nameOf: () => name };
    const then = { rules: RULES, audiences: [audience], hash: null };
    return planCustomer('customer-1', before, [delivery(5, order('A', 10))], batch, then);
  };
  const saved = (): ProfileDocument => written(planned(null, 'x', stretch(1, 5, 6)));

  it('gives way to another with the same marker and causes, of which nobody hears by the old name', () => {
    const { tellings, document, publish, write, applied } = planned(saved(), 'y', stretch(2, 5, 6));
    expect(tellings).toEqual([{ audience: 'a', as: 'y', previousVersion: 0, view: { sees: 'y' } }]);
    const { pending, marker } = saved();
    expect(document).toMatchObject({ version: 2, previousVersion: 0, pending, marker, epoch: 2 });
    expect([publish, applied, write?.expectedVersion]).toEqual([true, 0, 1]);
  });

  it('is published as it is where the name stays', () => {
    const { tellings, document } = planned(saved(), 'x', stretch(2, 5, 6));
    expect(tellings).toEqual([{ audience: 'a', as: 'x', previousVersion: 0, view: { sees: 'x' } }]);
    expect(document?.version).toBe(1);
  });
});

it('writes over no orders that have been moved and that the saved document counts on, were they erased in this very batch', () => {
  const then = { rules: RULES, audiences: [], hash: null, room: { most: 2, hot: 1, chunk: 2 } };
  const orders = (from: number, to: number): Delivery[] =>
    Array.from({ length: to - from }, (_, at) => delivery(from + at, order(`order-${from + at}`, 10 + from + at)));
  const before = written(planCustomer('customer-1', null, orders(0, 5), stretch(1, 0, 5), then));
  const erasure = delivery(5, aRequest({ kind: 'erase', customerId: 'customer-1', occurredAt: 15 }));
  const { chunks } = planCustomer('customer-1', before, [erasure, ...orders(6, 11)], stretch(1, 5, 11), then);
  expect(before.facts.past).toMatchObject({ next: 2, lineage: [{ from: 0, epoch: 1 }] });
  expect(chunks.map(({ number }) => number)).toEqual([2, 3]);
});

describe('a zombie', () => {
  it('stops at a document that carries a newer epoch', () => {
    const newer = { ...first(), epoch: 3 };
    expect(() => plan(newer, [delivery(6, order('B', 20))], stretch(2, 6, 7))).toThrow(
      expect.objectContaining({ code: 'FENCED' }) as Error,
    );
  });

  it('meets a stub where an unknown schema was refused before anything was known of the customer', () => {
    const { write, document, publish } = plan(null, [delivery(5, refuse('unknown-schema'))], stretch(2, 5, 6));
    expect(publish).toBe(false);
    expect(write).toMatchObject({ expectedVersion: null, document: { epoch: 2 } });
    expect(document).toMatchObject({ version: 0, epoch: 2, marker: null, profile: null });
    const born = written(plan(document, [delivery(6, order('A', 10))], stretch(2, 6, 7)));
    expect(born).toMatchObject({ version: 1, previousVersion: 0 });
  });

  it('meets a claim where an unknown schema was refused for a known customer', () => {
    const { write, publish } = plan(first(), [delivery(6, refuse('unknown-schema'))], stretch(2, 6, 7));
    expect(publish).toBe(false);
    expect(write).toMatchObject({ expectedVersion: 1, state: { epoch: 2 }, changes: [] });
  });

  it('is not claimed against for refusals that every member decides alike', () => {
    expect(plan(null, [delivery(5, refuse('invalid-value', 'orderId'))], stretch(2, 5, 6))).toMatchObject({
      write: null,
      document: null,
    });
  });
});

it('after a rewind of the offsets, the version repeats and does not change', () => {
  const published = first();
  const again = plan(published, [delivery(5, order('A', 10)), delivery(6, order('A', 10))], stretch(2, 5, 7));
  expect(again.publish).toBe(true);
  expect(canonicalJson({ ...again.document, epoch: 1 })).toBe(canonicalJson(published));
});

describe('a document from before profiles named where they come from', () => {
  /** As it was stored: a time instead of who called a contact preferred, and nothing of what came later. */
  const old = (): ProfileDocument => {
    const medium = anEmail('ada@example.com', { preferred: true, validation: 'verified' });
    const { event } = anOrder({ orderId: 'A', occurredAt: 10, contactMediums: [medium] });
    const { facts, profile, ...document } = written(
      plan(null, [delivery(5, { type: 'OrderFinalized', event })], stretch(1, 5, 6)),
    );
    const contactMediums = Object.fromEntries(
      Object.entries(facts.contactMediums).map(([id, { preferred, seen, ...kept }]) => [
        id,
        { ...kept, preferredAt: preferred?.at ?? seen?.[0] ?? 0 },
      ]),
    );
    const before = structuredClone(profile) as unknown as {
      contactMediums: { validatedBy?: unknown }[];
      preferences: { provenance?: unknown };
    };
    for (const contact of before.contactMediums) delete contact.validatedBy;
    delete before.preferences.provenance;
    return { ...document, facts: { ...facts, contactMediums }, profile: before as unknown as CustomerProfile };
  };

  const published = (planned: CustomerPlan): CustomerUpdated => {
    const { _id: customerId, version, previousVersion, pending, profile } = written(planned);
    if (pending === null || profile === null) throw new Error('nothing to publish');
    const type = avroType('CustomerUpdated');
    const event = customerUpdated({ customerId, version, previousVersion, pending, profile });
    return type.fromBuffer(type.toBuffer(event)) as CustomerUpdated;
  };

  it('is published as it was saved', () => {
    const planned = plan(old(), [delivery(5, refuse('unknown-schema'))], stretch(2, 5, 6));
    expect(planned.publish).toBe(true);
    const { contactMediums, preferences } = published(planned).profile;
    expect(contactMediums).toMatchObject([{ preferred: true, validatedBy: null, lastSeenAt: 10 }]);
    expect(preferences.provenance).toEqual([]);
  });

  it('tells with its next version what its facts know, and all that later events say', () => {
    const mention = anEmail('ada@example.com', { preferred: true });
    const { event } = anOrder({ orderId: 'B', occurredAt: 20, contactMediums: [mention] });
    const planned = plan(old(), [delivery(6, { type: 'OrderFinalized', event })], stretch(1, 6, 7));
    const { contactMediums, preferences } = published(planned).profile;
    expect(contactMediums).toMatchObject([{ validatedBy: { eventId: 'event-A-10' }, lastSeenAt: 20 }]);
    expect(preferences.provenance).toMatchObject([{ preferences: ['preferredEmail'], eventId: 'event-B-20' }]);
  });
});
