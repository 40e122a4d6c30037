/** Names that say nothing to whoever has not the key. */
import type { Audience, PseudonymOf } from '../domain/audiences/audience.ts';
import type { AudienceView } from './audiences.ts';
import { keyedHash } from './keyed-hash.ts';

/** The kind is part of it, so that an agreement with the id of a customer is not taken for the customer, nor a link for either. */
export const createPseudonyms =
  (key: string): PseudonymOf =>
  (kind, id) =>
    keyedHash(key, `${kind}:${id}`);

/** An audience as it is told under a key, or without one. */
export const underKey = ({ name, view }: Pick<Audience, 'name' | 'view'>, key: string | undefined): AudienceView => {
  if (key === undefined) return { name, view: (customer) => view(customer) };
  const pseudonymOf = createPseudonyms(key);
  return {
    name,
    view: (customer) => view(customer, pseudonymOf),
    nameOf: (customerId) => pseudonymOf('customer', customerId),
  };
};
