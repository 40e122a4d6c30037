/** How long tests keep whom, unless they say otherwise. */
import type { Terms } from '../../src/domain/retention/terms.ts';

/** `2001-01-01` in ms. */
export const day = (text: string): number => Date.parse(text);
const term = (minimum: string, maximum: string) => ({ legalBasis: 'the law', minimum, maximum });

export const TERMS: Terms = {
  ...{ policy: 'p1', jurisdiction: '*' },
  customer: term('P0D', 'P3Y'),
  order: term('P7Y', 'P10Y'),
  archive: term('P0D', 'P10Y'),
};
