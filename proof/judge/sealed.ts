/** What only who has the key can read: AES-256-GCM over gzip, by a key of its own for each purpose, beside a checksum of the text. */
import { createDecipheriv, createHash, hkdfSync } from 'node:crypto';
import { gunzipSync } from 'node:zlib';

const [NONCE, TAG] = [12, 16];

/** Null for what cannot be opened, or is not what the checksum is of. */
export const openedBy = (keys: readonly string[], purpose: string, sealed: unknown, checksum: unknown): unknown => {
  const bytes = bytesOf(sealed);
  for (const key of bytes === null ? [] : keys) {
    const text = decipher(bytes ?? Buffer.alloc(0), Buffer.from(hkdfSync('sha256', key, '', purpose, 32)));
    if (text !== null && createHash('sha256').update(text).digest('hex') === checksum) return JSON.parse(text);
  }
  return null;
};

/** Bytes as the driver of the database gives them. */
export const bytesOf = (value: unknown): Buffer | null => {
  const held = typeof value === 'object' && value !== null && 'buffer' in value ? value.buffer : value;
  return held instanceof Uint8Array ? Buffer.from(held) : null;
};

const decipher = (bytes: Buffer, key: Buffer): string | null => {
  try {
    const opening = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE));
    opening.setAuthTag(bytes.subarray(NONCE, NONCE + TAG));
    return gunzipSync(Buffer.concat([opening.update(bytes.subarray(NONCE + TAG)), opening.final()])).toString();
  } catch {
    return null;
  }
};
