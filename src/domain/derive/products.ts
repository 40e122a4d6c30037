/** What the customer holds. */
import { compare } from '../canonical.ts';
import type { ProfileAgreement, ProfileProduct } from '../generated/CustomerUpdated.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { copyOf, count, type Unlisted } from '../ledger/unlisted.ts';
import { agreementCovering } from './coverage.ts';

export interface Products {
  /** Those that changed last, by id. */
  readonly listed: ProfileProduct[];
  readonly unlisted: Unlisted;
}

export const deriveProducts = (ledger: Ledger, agreements: readonly ProfileAgreement[]): Products => {
  const covering = agreementCovering(agreements);
  const { last, unlisted } = lastChanged(ledger);
  const listed = last.map((product) => ({ ...product, agreementId: covering(product) }));
  return { listed: listed.sort((a, b) => compare(a.productId, b.productId)), unlisted };
};

const lastChanged = ({ products, unlisted, limits }: Ledger): { last: ProfileProduct[]; unlisted: Unlisted } => {
  const held = [...products.values()];
  if (held.length <= limits.products) return { last: held.map(({ product }) => product), unlisted };
  held.sort((a, b) => b.changed - a.changed);
  const others = copyOf(unlisted);
  for (const { product } of held.slice(limits.products)) count(others, product, 1);
  return { last: held.slice(0, limits.products).map(({ product }) => product), unlisted: others };
};
