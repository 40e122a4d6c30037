/** What goes to the archive, as bytes. */
import { gzipSync } from 'node:zlib';
import { canonicalJson } from '../../domain/canonical.ts';
import type { Facts } from '../../domain/facts.ts';
import type { Cause } from '../../domain/generated/CustomerUpdated.ts';
import { pseudonymised } from '../../domain/retention/archived.ts';
import { ProfileError } from '../../errors.ts';
import { seal, type Sealed, unseal } from './sealed.ts';

/** Whom it is about, and what. */
export interface Content {
  readonly customerId: string;
  readonly facts: Facts;
  readonly causes?: readonly Cause[];
}

export interface Box extends Sealed {
  /** For statistics: names nobody. JSON, compressed. */
  readonly record: Uint8Array;
}

const PURPOSE = 'archive';

export const pack = (content: Content, secret: string): Box => ({
  ...seal(content, secret, PURPOSE),
  record: gzipSync(canonicalJson(pseudonymised(content.facts))),
});

/** Tries each secret. Throws ARCHIVE_DAMAGED for what does not give back what was put in. */
export const unpack = (box: Sealed, secrets: readonly string[]): Content => {
  const content = unseal(box, secrets, PURPOSE);
  if (content !== undefined) return content as Content;
  throw new ProfileError('ARCHIVE_DAMAGED', 'an entry of the archive cannot be opened, or is not what was put in');
};
