/** Where messages stand, and whether two are the same. */
import type { Headers } from '../pipeline/ports.ts';

export const coordinates = (topic: string, partition: number | string, offset: number | string): string =>
  `${topic}:${partition}:${offset}`;

export const sameBytes = (a: Buffer | null, b: Buffer | null): boolean =>
  a === null || b === null ? a === b : a.equals(b);

/** Equal for equal headers, whatever order they are in. */
export const headersText = (headers: Headers): string =>
  JSON.stringify(
    Object.entries(headers)
      .map(([name, value]) => [name, [value].flat().map((part) => part && Buffer.from(part).toString('base64'))])
      .sort(),
  );
