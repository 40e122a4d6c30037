/** Names that say nothing to whoever has not the key. */
import { createHmac } from 'node:crypto';
import type { Audience, PseudonymOf } from '../domain/audiences/audience.ts';
import type { AudienceView } from './audiences.ts';

/** 128 bits: two of a billion do not meet by chance. */
const LENGTH = 22;

/** The kind is part of it, so that an agreement with the id of a customer is not taken for the customer, nor a link for either. */
export const createPseudonyms =
  (key: string): PseudonymOf =>
  (kind, id) =>
    createHmac('sha256', key).update(`${kind}:${id}`).digest('base64url').slice(0, LENGTH);

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
