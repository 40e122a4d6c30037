import type { ProfileCommand } from '../../../src/domain/generated/ProfileCommand.ts';
import { customerOf } from '../../../src/domain/derive.ts';
import type { InputEvent } from '../../../src/domain/events.ts';
import { linkValues, sharedWith } from '../../../src/domain/links.ts';
import { judge } from '../../../src/domain/refusal.ts';
import { aContract, anAddress, anEmail, anOrder, aPhone, factsOf } from '../../helpers/domain.ts';
import { RULES } from '../../helpers/rules.ts';

const AT = 1_700_000_000_000;

const NOTHING = { street1: null, street2: null, city: null, stateOrProvince: null, postCode: null, country: null };

const values = (...events: InputEvent[]): string[] =>
  linkValues(customerOf(factsOf(events), RULES)).map(({ kind, value }) => `${kind} ${value}`);

describe('what a customer may share with others', () => {
  it('is every contact in its normal form, however it was written', () => {
    const written = aContract({
      contactMediums: [anEmail(' A@B.ch '), aPhone('+41 79 123 45 67'), anAddress('Gasse 1', 'Bern')],
    });
    const otherwise = aContract({
      contactMediums: [anEmail('a@b.CH'), aPhone('+41791234567'), anAddress('gasse  1', 'BERN')],
    });
    expect(values(written)).toEqual(values(otherwise));
    expect(values(written).map((text) => text.split(' ')[0])).toEqual(['address', 'email', 'phone']);
  });

  it('is no contact that turned out to be invalid', () => {
    const phone = aPhone('+41791234567');
    expect(values(aContract({ contactMediums: [{ ...phone, validation: 'invalid' }] }))).toEqual([]);
  });

  it('is no address that tells no place, or strangers would be neighbours', () => {
    const nowhere = aContract({
      contactMediums: [anAddress('', '', { address: { ...NOTHING, stateOrProvince: 'BE' } })],
    });
    expect(values(nowhere)).toEqual([]);
  });

  it('is what orders were paid with, came from and went to, the same address as of a contact', () => {
    const { address } = anAddress('Gasse 1', 'Bern');
    const ordered = anOrder({
      ...{ deviceFingerprint: 'device-1', deliveryAddress: address },
      paymentMethod: { methodType: 'creditCard', fingerprint: 'card-1' },
    });
    expect(values(ordered)).toEqual([
      ...values(aContract({ contactMediums: [anAddress('Gasse 1', 'Bern')] })),
      'device device-1',
      'paymentInstrument card-1',
    ]);
  });

  it('is not what an order said before it was corrected', () => {
    const [wrong, right] = ['device-1', 'device-2'].map((deviceFingerprint, orderVersion) =>
      anOrder({ deviceFingerprint, orderVersion, eventId: deviceFingerprint }),
    );
    if (wrong === undefined || right === undefined) throw new Error('no orders');
    expect(values(right, wrong)).toEqual(['device device-2']);
  });

  it('is the twenty latest of a kind, each once', () => {
    const orders = Array.from({ length: 30 }, (_, number) =>
      anOrder({
        ...{ orderId: `order-${number}`, eventId: `event-${number}`, orderDate: AT + number },
        deviceFingerprint: `device-${number === 29 ? 28 : number}`,
      }),
    );
    const devices = values(...orders);
    expect(devices).toHaveLength(20);
    expect(devices[0]).toBe('device device-28');
    expect(devices.at(-1)).toBe('device device-9');
  });
});

const counted = (parameters: Record<string, string>, said: Partial<ProfileCommand> = {}): InputEvent => ({
  type: 'ProfileCommand',
  event: {
    ...{ eventId: `e-${JSON.stringify(parameters)}`, occurredAt: AT, sourceSystem: 'group', customerId: 'customer-1' },
    ...{ correlationId: null, kind: 'linkCounted', reason: null, parameters },
    ...said,
  },
});

describe('how many others there are', () => {
  const shared = (...events: InputEvent[]) =>
    sharedWith(factsOf(events)).map(({ kind, customers }) => [kind, customers]);

  it('is told by kind, of the value that most have', () => {
    expect(
      shared(
        counted({ link: 'phone:a', customers: '2', version: '5' }),
        counted({ link: 'phone:b', customers: '7', version: '3' }),
        counted({ link: 'device:c', customers: '1', version: '4' }),
        counted({ link: 'email:d', customers: '0', version: '4' }),
      ),
    ).toEqual([
      ['device', 1],
      ['phone', 7],
    ]);
  });

  it('is what the answer of the highest version says, in whatever order they come', () => {
    const answers = [
      counted({ link: 'phone:a', customers: '2', version: '5' }),
      counted({ link: 'phone:a', customers: '3', version: '6' }),
      counted({ link: 'phone:a', customers: '9', version: '4' }),
    ];
    expect(shared(...answers)).toEqual([['phone', 3]]);
    expect(shared(...answers.toReversed())).toEqual([['phone', 3]]);
  });

  it('ends with the answer that the customer has the value no more', () => {
    const had = counted({ link: 'phone:a', customers: '2', version: '5' });
    expect(shared(had, counted({ link: 'phone:a', version: '6' }))).toEqual([]);
  });
});

describe('a profile command', () => {
  const verdict = (input: InputEvent) => judge(input, { key: 'customer-1', recordTimestamp: AT, futureToleranceMs: 0 });

  const TERMS = { policy: 'a', jurisdiction: 'DE' };

  it.each([
    ['kind', counted({ link: 'phone:a', version: '5' }, { kind: 'unknown' })],
    ['parameters.policy', counted({ jurisdiction: 'DE' }, { kind: 'retention' })],
    ['parameters.order.legalBasis', counted({ ...TERMS, 'order.maximum': 'P1Y' }, { kind: 'retention' })],
    ['parameters.order.minimum', counted({ ...TERMS, 'order.legalBasis': 'law' }, { kind: 'retention' })],
    ['parameters.link', counted({ version: '5' })],
    ['parameters.version', counted({ link: 'phone:a' })],
    ['parameters.version', counted({ link: 'phone:a', version: '-1' })],
    ['parameters.version', counted({ link: 'phone:a', version: '1e3' })],
    ['parameters.customers', counted({ link: 'phone:a', version: '5', customers: '' })],
  ])('is refused for its %s when that cannot be', (field, command) => {
    expect(verdict(command)).toMatchObject({ reason: 'invalid-value', field });
  });

  it('is taken when it says how many', () => {
    expect(verdict(counted({ link: 'phone:a', customers: '2', version: '5' }))).toBeNull();
  });
});
