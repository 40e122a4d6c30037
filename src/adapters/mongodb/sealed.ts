/** Content as bytes that only who has the key can read: compressed, enciphered, and with a checksum of what it must give back. */
import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';

export interface Sealed {
  /** Of the content, in hex. */
  readonly checksum: string;
  /** Nonce, tag, and what is enciphered. */
  readonly sealed: Uint8Array;
}

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** `purpose`: what is sealed for one cannot be opened for another. */
export const seal = (content: unknown, secret: string, purpose: string): Sealed => {
  const text = JSON.stringify(content);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, keyOf(secret, purpose), nonce);
  const enciphered = Buffer.concat([cipher.update(gzipSync(text)), cipher.final()]);
  return { checksum: checksumOf(text), sealed: Buffer.concat([nonce, cipher.getAuthTag(), enciphered]) };
};

/** Tries each secret. Undefined for what does not give back what was put in. */
export const unseal = ({ checksum, sealed }: Sealed, secrets: readonly string[], purpose: string): unknown => {
  for (const secret of secrets) {
    const text = opened(Buffer.from(sealed), secret, purpose);
    if (text !== null && checksumOf(text) === checksum) return JSON.parse(text) as unknown;
  }
  return undefined;
};

const checksumOf = (text: string): string => createHash('sha256').update(text).digest('hex');

const opened = (sealed: Buffer, secret: string, purpose: string): string | null => {
  try {
    const decipher = createDecipheriv(CIPHER, keyOf(secret, purpose), sealed.subarray(0, NONCE_BYTES));
    decipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    const packed = Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
    return gunzipSync(packed).toString();
  } catch {
    return null;
  }
};

/** One of its own, so that what names people and what hides them do not depend on the same bytes. */
const keyOf = (secret: string, purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, '', purpose, KEY_BYTES));
