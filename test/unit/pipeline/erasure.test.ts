/** An erasure among the versions of a customer: what is planned, said, and not begun again. */
import type { InputEvent } from '../../../src/domain/events.ts';
import type { AudienceView } from '../../../src/pipeline/audiences.ts';
import type { ProfileDocument } from '../../../src/pipeline/document.ts';
import type { LinkHash } from '../../../src/pipeline/links/hash.ts';
import { type CustomerPlan, planCustomer } from '../../../src/pipeline/plan.ts';
import { aRefresh, aRequest } from '../../helpers/domain.ts';
import { order } from '../../helpers/events.ts';
import { RULES } from '../../helpers/rules.ts';

const TOPIC = 'order-finalized';
const T = 1_000;

const everybody: AudienceView = { name: 'everybody', view: () => ({ sees: 'this' }) };
const muted: AudienceView = { name: 'muted', muted: true, view: () => ({ sees: 'this' }) };
const called: AudienceView = { ...everybody, nameOf: () => 'a name' };

const plan = (
  before: ProfileDocument | null,
  offset: number,
  inputs: readonly InputEvent[],
  {
    audiences = [everybody],
    committed = offset,
    hash = null,
  }: { audiences?: readonly AudienceView[]; committed?: number; hash?: LinkHash | null } = {},
): CustomerPlan =>
  planCustomer(
    'customer-1',
    before,
    inputs.map((input, index) => ({ topic: TOPIC, offset: offset + index, input })),
    { epoch: 1, from: { [TOPIC]: committed }, to: { [TOPIC]: offset + inputs.length } },
    { rules: RULES, audiences, hash },
  );

const written = ({ document }: CustomerPlan): ProfileDocument => {
  if (document === null) throw new Error('no document was planned');
  return document;
};

const hash = () => ['phone:x'];
const ordered = (orderId: string, occurredAt: number) => order({ orderId, occurredAt, customerId: 'customer-1' });
const erasure = aRequest({ kind: 'erase', occurredAt: T, customerId: 'customer-1' });
const counted = aRefresh({
  ...{ kind: 'linkCounted', occurredAt: 2 * T, customerId: 'customer-1' },
  parameters: { link: 'phone:x', version: '1', customers: '2' },
});

const known = () => written(plan(null, 0, [ordered('A', 1)]));
const stub = () => written(plan(known(), 1, [erasure]));

it('of a customer of whom nothing is known is a version all the same: what comes late must not begin one', () => {
  const { document, publish, tellings } = plan(null, 0, [erasure]);
  expect(document).toMatchObject({ version: 1, profile: null, pending: { erased: { version: 1, told: [] } } });
  expect([publish, tellings]).toEqual([true, []]);
});

it('takes a version of its own, and what is known since another', () => {
  const { document, tellings } = plan(known(), 1, [erasure, ordered('B', 2 * T)]);
  expect(document).toMatchObject({
    ...{ version: 3, previousVersion: 2 },
    pending: {
      begins: true,
      erased: { version: 2, told: [{ audience: 'everybody' }] },
      causes: [{ eventId: 'event-B-2000' }],
    },
  });
  expect(tellings).toMatchObject([{ audience: 'everybody', previousVersion: 2 }]);
});

it('names nothing that happened before it', () => {
  const { document } = plan(null, 0, [ordered('A', 1), ordered('B', 2 * T), erasure]);
  expect(document?.pending?.causes).toEqual([{ eventId: 'event-B-2000', eventType: 'OrderFinalized' }]);
});

it('does not name what was said of a link in the same batch and is gone with it', () => {
  const before = written(plan(null, 0, [ordered('B', 2 * T)], { hash }));
  const { document } = plan(before, 1, [counted, erasure], { hash });
  expect(document?.facts.links).toEqual({});
  expect(document?.pending?.causes).toEqual([{ eventId: erasure.event.eventId, eventType: 'PrivacyRequested' }]);
});

it.each([
  ['the name by which it was told', called, [{ audience: 'everybody', as: 'a name' }]],
  ['the name, though it is muted now', { ...called, muted: true }, [{ audience: 'everybody', as: 'a name' }]],
  ['nobody who was never told', muted, []],
])('is told to %s', (_, audience, told) => {
  const before = written(plan(null, 0, [ordered('A', 1)], { audiences: [{ ...audience, muted: audience === muted }] }));
  const { document } = plan(before, 1, [erasure], { audiences: [audience] });
  expect(document?.pending?.erased?.told).toEqual(told);
});

it('leaves the name by which an audience was told, so that its chain goes on when the customer comes back', () => {
  const before = written(plan(null, 0, [ordered('A', 1)], { audiences: [called] }));
  const gone = written(plan(before, 1, [erasure], { audiences: [called] }));
  const { tellings } = plan(gone, 2, [ordered('B', 2 * T)], { audiences: [called] });
  expect(tellings).toMatchObject([{ audience: 'everybody', as: 'a name', previousVersion: 2, view: { sees: 'this' } }]);
});

it('that nobody has heard of yet goes with the version that takes its place, and with the next one', () => {
  const unpublished = stub();
  const next = plan(unpublished, 2, [ordered('B', 2 * T)], { committed: 1 });
  expect(next.document).toMatchObject({
    version: 3,
    previousVersion: 2,
    pending: { begins: true, erased: { version: 2 } },
  });
  const after = plan(written(next), 3, [ordered('C', 2 * T)], { committed: 1 });
  expect(after.document).toMatchObject({
    version: 4,
    previousVersion: 2,
    pending: { begins: true, erased: { version: 2 } },
  });
  expect(plan(written(next), 3, [ordered('C', 2 * T)]).document?.pending).not.toHaveProperty('erased');
});

it('is not undone by what the system says to itself, which begins nothing', () => {
  expect(plan(stub(), 2, [counted])).toMatchObject({ write: null, publish: false });
  expect(plan(null, 0, [counted])).toMatchObject({ write: null, document: null });
});

it('has claimed anew what the customer still has, for what was known of others is gone', () => {
  const before = written(plan(null, 0, [ordered('B', 2 * T)], { hash }));
  expect(plan(before, 1, [erasure], { hash }).claims).toEqual([{ link: 'phone:x', linked: true, told: false }]);
  expect(plan(before, 1, [ordered('C', 3 * T)], { hash }).claims).toEqual([]);
});

it('does not keep out what is said of a link since, which is dated by what others did', () => {
  const back = written(plan(stub(), 2, [ordered('B', 2 * T)], { hash }));
  const early = { ...counted, event: { ...counted.event, occurredAt: 1 } } as InputEvent;
  expect(plan(back, 3, [early], { hash }).document?.facts.links).toMatchObject({
    'phone:x': { value: { customers: 2 } },
  });
});

it('takes with it what others say of a link that the customer had before', () => {
  const back = written(plan(stub(), 2, [ordered('B', 2 * T)]));
  expect(plan(back, 3, [counted])).toMatchObject({ write: null, publish: false });
});
