/** Pseudonyms, and what an audience is told under a key. */
import { AUDIENCES } from '../../../src/domain/audiences/index.ts';
import { churn } from '../../../src/domain/audiences/churn.ts';
import { customerOf } from '../../../src/domain/derive.ts';
import { createPseudonyms, underKey } from '../../../src/pipeline/pseudonyms.ts';
import { aContract, factsOf } from '../../helpers/domain.ts';
import { RULES } from '../../helpers/rules.ts';

const KEY = 'a key only for these tests';

it('are what docs/audiences.md says, as Python and openssl compute it', () => {
  const pseudonymOf = createPseudonyms(KEY);
  expect(pseudonymOf('customer', 'c-000012')).toBe('D-amNutoaz2bx9RvxQAaRZ');
  expect(pseudonymOf('agreement', 'Ä 1')).toBe('ey_cONoSYM7YqzKSzWMpx2');
});

it('tell kinds and keys apart', () => {
  const pseudonyms = [KEY, `${KEY} `].flatMap((key) => {
    const pseudonymOf = createPseudonyms(key);
    return [pseudonymOf('customer', '1'), pseudonymOf('agreement', '1'), pseudonymOf('customer', '2')];
  });
  expect(new Set(pseudonyms).size).toBe(6);
});

const customer = customerOf(
  factsOf(['second', 'first', 'third'].map((agreementId) => aContract({ agreementId, eventId: agreementId }))),
  RULES,
);

it('stand in the view of churn for the ids of agreements, in their own order, and change nothing else', () => {
  const pseudonymOf = createPseudonyms(KEY);
  const plain = churn.view(customer);
  const under = underKey(churn, KEY);
  const view = under.view(customer) as NonNullable<typeof plain>;
  const ids = ['first', 'second', 'third'].map((id) => pseudonymOf('agreement', id)).sort();
  expect(view.agreements.map(({ agreementId }) => agreementId)).toEqual(ids);
  expect({ ...view, agreements: [] }).toEqual({ ...plain, agreements: [] });
  expect(under.nameOf?.('customer-1')).toBe(pseudonymOf('customer', 'customer-1'));
});

it('without a key everybody hears of ids', () => {
  for (const audience of AUDIENCES) {
    const { nameOf, view } = underKey(audience, undefined);
    expect(nameOf).toBeUndefined();
    expect(view(customer)).toEqual(audience.view(customer));
  }
});
