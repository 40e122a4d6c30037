/** What goes to the archive, as bytes: compressed, sealed, and with a checksum of what it must give back. */
import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { canonicalJson } from '../../domain/canonical.ts';
import type { Facts } from '../../domain/facts.ts';
import { pseudonymised } from '../../domain/retention/archived.ts';
import { ProfileError } from '../../errors.ts';

/** Whom it is about, and what. */
export interface Content {
  readonly customerId: string;
  readonly facts: Facts;
}

export interface Box {
  /** Of the content, in hex. */
  readonly checksum: string;
  /** For statistics: names nobody. JSON, compressed. */
  readonly record: Uint8Array;
  /** The content, for who has the key: nonce, tag, and what is enciphered. */
  readonly sealed: Uint8Array;
}

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export const pack = (content: Content, secret: string): Box => {
  const text = canonicalJson(content);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, keyOf(secret), nonce);
  const enciphered = Buffer.concat([cipher.update(gzipSync(text)), cipher.final()]);
  return {
    checksum: checksumOf(text),
    record: gzipSync(canonicalJson(pseudonymised(content.facts))),
    sealed: Buffer.concat([nonce, cipher.getAuthTag(), enciphered]),
  };
};

/** Tries each secret. Throws ARCHIVE_DAMAGED for what does not give back what was put in. */
export const unpack = ({ checksum, sealed }: Pick<Box, 'checksum' | 'sealed'>, secrets: readonly string[]): Content => {
  for (const secret of secrets) {
    const text = opened(Buffer.from(sealed), secret);
    if (text !== null && checksumOf(text) === checksum) return JSON.parse(text) as Content;
  }
  throw new ProfileError('ARCHIVE_DAMAGED', 'an entry of the archive cannot be opened, or is not what was put in');
};

const checksumOf = (text: string): string => createHash('sha256').update(text).digest('hex');

const opened = (sealed: Buffer, secret: string): string | null => {
  try {
    const decipher = createDecipheriv(CIPHER, keyOf(secret), sealed.subarray(0, NONCE_BYTES));
    decipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    const packed = Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
    return gunzipSync(packed).toString();
  } catch {
    return null;
  }
};

/** One of its own, so that what names people and what hides them do not depend on the same bytes. */
const keyOf = (secret: string): Buffer => Buffer.from(hkdfSync('sha256', secret, '', 'archive', KEY_BYTES));
