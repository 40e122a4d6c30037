import { fraud } from '../../../../src/domain/audiences/fraud.ts';
import type { Address } from '../../../../src/domain/generated/OrderFinalized.ts';
import { aContract, anAddress, anEmail, anOrder } from '../../../helpers/domain.ts';
import { customerOf } from './customer.ts';

const differs = (...inputs: Parameters<typeof customerOf>): boolean | null | undefined =>
  fraud.view(customerOf(...inputs))?.deliveryDiffersFromBilling;

const place = (street1: string | null, said: Partial<Address> = {}): Address => ({
  street1,
  street2: null,
  city: 'Berlin',
  stateOrProvince: null,
  postCode: '10115',
  country: 'DE',
  ...said,
});

const living = (street1: string, said: Parameters<typeof anAddress>[2] = {}): ReturnType<typeof aContract> =>
  aContract({ agreementId: street1, eventId: street1, contactMediums: [anAddress(street1, 'Berlin', said)] });

const delivered = (orderDate: number, deliveryAddress: Address | null): ReturnType<typeof anOrder> =>
  anOrder({ orderId: `order-${orderDate}`, orderDate, deliveryAddress });

const BLANK = place(' ', { city: null, postCode: '', country: null });

describe('a delivery', () => {
  it('to the preferred postal address does not differ, however that is written', () => {
    expect(differs(living('1 Main St'), delivered(1, place('1 Main St')))).toBe(false);
    expect(differs(living('1 Main St'), delivered(1, place(' 1  MAIN st ', { stateOrProvince: 'BE' })))).toBe(false);
  });

  it('elsewhere differs, also within the same house', () => {
    expect(differs(living('1 Main St'), delivered(1, place('2 Main St')))).toBe(true);
    expect(differs(living('1 Main St'), delivered(1, place('1 Main St', { street2: 'Flat 2' })))).toBe(true);
  });

  it('is compared with the preferred of several addresses', () => {
    const addresses = [living('1 Main St'), living('2 Main St', { validation: 'verified' })];
    expect(differs(...addresses, delivered(1, place('1 Main St')))).toBe(true);
    expect(differs(...addresses, delivered(1, place('2 Main St')))).toBe(false);
  });

  it('is that of the latest order that names one', () => {
    const orders = [delivered(1, place('1 Main St')), delivered(2, place('2 Main St')), delivered(3, null)];
    expect(differs(living('1 Main St'), ...orders)).toBe(true);
    expect(differs(living('2 Main St'), ...orders, delivered(4, BLANK))).toBe(false);
  });

  it('is unknown to differ when either address is', () => {
    expect(differs(living('1 Main St'), delivered(1, null))).toBeNull();
    expect(differs(living('1 Main St'), delivered(1, BLANK))).toBeNull();
    expect(differs(delivered(1, place('1 Main St')))).toBeNull();
    const emailOnly = aContract({ contactMediums: [anEmail('a@example.com')] });
    expect(differs(emailOnly, delivered(1, place('1 Main St')))).toBeNull();
  });
});
