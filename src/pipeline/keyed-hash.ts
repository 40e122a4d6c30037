import { createHmac } from 'node:crypto';

/** 128 bits: two of a billion do not meet by chance. */
const LENGTH = 22;

/** Always the same for the same text, and says nothing of it to whoever has not the key. */
export const keyedHash = (key: string, text: string): string =>
  createHmac('sha256', key).update(text).digest('base64url').slice(0, LENGTH);
