/** Comparing messages byte by byte. */
import type { Headers } from '../pipeline/ports.ts';

export const sameBytes = (a: Buffer | null, b: Buffer | null): boolean =>
  a === null || b === null ? a === b : a.equals(b);

/** Equal for equal headers, whatever order they are in. */
export const headersText = (headers: Headers): string =>
  JSON.stringify(
    Object.entries(headers)
      .map(([name, value]) => [name, [value].flat().map((part) => part && Buffer.from(part).toString('base64'))])
      .sort(),
  );
