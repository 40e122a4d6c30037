/** A refresh: what follows from facts that have not changed, when rules, audiences or keys have. */
import type { Customer } from '../../../src/domain/derive.ts';
import type { InputEvent } from '../../../src/domain/events.ts';
import type { ProfileDocument } from '../../../src/pipeline/document.ts';
import type { Delivery } from '../../../src/pipeline/fold.ts';
import { type Consequences, type CustomerPlan, planCustomer, type Stretch } from '../../../src/pipeline/plan.ts';
import { order } from '../../helpers/events.ts';
import { RULES } from '../../helpers/rules.ts';

const ORDERS = 'order-finalized';
const COMMANDS = 'profile-command';

const refresh = (number = 1): InputEvent => ({
  type: 'ProfileCommand',
  event: {
    ...{ eventId: `refresh-${number}`, occurredAt: 1_000 + number, sourceSystem: 'somebody', customerId: 'customer-1' },
    ...{ correlationId: null, kind: 'refresh', reason: 'rules', parameters: {} },
  },
});

const ordered = (offset: number): Delivery => ({
  topic: ORDERS,
  offset,
  input: order({ orderId: `order-${offset}`, occurredAt: offset }),
});
const asked = (offset: number, number = offset): Delivery => ({ topic: COMMANDS, offset, input: refresh(number) });

/** From these offsets, one of each topic. */
const at = (orders: number, commands: number, epoch = 1): Stretch => ({
  epoch,
  from: { [ORDERS]: orders, [COMMANDS]: commands },
  to: { [ORDERS]: orders + 1, [COMMANDS]: commands + 1 },
});

const by = (segment: string, more: Partial<Consequences> = {}): Consequences => ({
  rules: { ...RULES, segmentsOf: () => [segment] },
  audiences: [],
  hash: null,
  ...more,
});

const plan = (
  before: ProfileDocument | null,
  deliveries: Delivery[],
  stretch: Stretch,
  then: Consequences,
): CustomerPlan => planCustomer('customer-1', before, deliveries, stretch, then);

const known = (then = by('old')): ProfileDocument => {
  const { document } = plan(null, [ordered(0)], at(0, 0), then);
  if (document === null) throw new Error('no document');
  return document;
};

it('publishes what is different by other rules, and names the command as its cause', () => {
  const { document, publish, write } = plan(known(), [asked(0)], at(1, 0), by('new'));
  expect(publish).toBe(true);
  expect(document).toMatchObject({
    ...{ version: 2, previousVersion: 1, marker: { topic: COMMANDS, offset: 0 } },
    pending: { paths: ['segments'], causes: [{ eventId: 'refresh-0', eventType: 'ProfileCommand' }] },
    profile: { segments: ['new'] },
  });
  expect(write).toMatchObject({ expectedVersion: 1, changes: [{ path: ['profile', 'segments'], value: ['new'] }] });
});

it('leaves alone what is not different', () => {
  expect(plan(known(), [asked(0)], at(1, 0), by('old'))).toMatchObject({ write: null, publish: false });
});

it('makes no customer of somebody who is not known', () => {
  expect(plan(null, [asked(0)], at(0, 0), by('new'))).toMatchObject({ write: null, document: null, publish: false });
});

it('is no cause of a version that an event of the same batch makes anyway', () => {
  const { document } = plan(known(), [asked(0), ordered(1)], at(1, 0), by('new'));
  expect(document?.pending?.causes.map(({ eventType }) => eventType)).toEqual(['OrderFinalized']);
  expect(document?.profile?.segments).toEqual(['new']);
});

it('tells an audience that is new, of which the profile knows nothing', () => {
  const audience = { name: 'new', view: ({ profile }: Customer) => ({ status: profile.status }) };
  const { tellings, document } = plan(known(), [asked(0)], at(1, 0), by('old', { audiences: [audience] }));
  expect(tellings).toEqual([{ audience: 'new', previousVersion: 0, view: { status: 'prospect' } }]);
  expect(document?.pending?.paths).toEqual([]);
});

it('says under a new key what the customer may share, and withdraws what it said under the old one', () => {
  const under = (key: string) => by('old', { hash: () => [`phone:${key}`] });
  const { claims } = plan(known(under('old')), [asked(0)], at(1, 0), under('new'));
  expect(claims).toEqual([
    { link: 'phone:new', linked: true, told: false },
    { link: 'phone:old', linked: false, told: false },
  ]);
});

it('ends the name by which an audience knew the customer, and tells it another', () => {
  const knowing = (name: string) => ({ name: 'one', view: () => ({ sees: 'A' }), nameOf: () => name });
  const under = (name: string) => by('old', { audiences: [knowing(name)] });
  const { tellings } = plan(known(under('x')), [asked(0)], at(1, 0), under('y'));
  expect(tellings).toEqual([
    { audience: 'one', as: 'x', previousVersion: 1, view: null },
    { audience: 'one', as: 'y', previousVersion: 0, view: { sees: 'A' } },
  ]);
  expect(plan(known(under('x')), [asked(0)], at(1, 0), under('x'))).toMatchObject({ publish: false });
});

describe('redelivered after its version was saved', () => {
  const saved = (): ProfileDocument => {
    const { document } = plan(known(), [asked(0)], at(1, 0), by('new'));
    if (document === null) throw new Error('no document');
    return document;
  };

  it('publishes that version and makes no other', () => {
    const again = plan(saved(), [asked(0)], at(1, 0, 2), by('new'));
    expect(again).toMatchObject({ publish: true, document: { version: 2 }, write: { state: { epoch: 2 } } });
  });

  it('is named once where rules have changed again meanwhile', () => {
    const { document } = plan(saved(), [asked(0)], at(1, 0, 2), by('newer'));
    expect(document).toMatchObject({ version: 3, previousVersion: 1, profile: { segments: ['newer'] } });
    expect(document?.pending?.causes).toHaveLength(1);
  });
});
