/** Names that say nothing to who has not the key. */
import { createHmac } from 'node:crypto';

export const keyedHash = (key: string, text: string): string =>
  createHmac('sha256', key).update(text).digest('base64url').slice(0, 22);

/** Under it a customer's stub, history and archive are kept. */
export const stubIdOf = (key: string, customerId: string): string => keyedHash(key, `erased:${customerId}`);
