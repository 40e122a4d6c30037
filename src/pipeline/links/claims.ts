/** What a version says of the values that its customer has: rule 9 for links, as pure functions. */

/** Kept in the customer's document. */
export interface LinkState {
  /** The version that said it. */
  readonly version: number;
  /** Sorted. */
  readonly claimed: readonly string[];
  /** What the customer had before, and has no more since that version. */
  readonly withdrawn: readonly string[];
}

/** What is said to whoever counts the link. */
export interface Claim {
  readonly link: string;
  readonly linked: boolean;
  /** The customer has a number for it already, and is told even that nobody else has it. */
  readonly told: boolean;
}

export interface Claims {
  readonly state: LinkState | null;
  readonly claims: readonly Claim[];
}

const NOTHING: LinkState = { version: 0, claimed: [], withdrawn: [] };

/**
 * A new version of a customer says what is different. What an unpublished version was about to say, the new one says in its
 * place: that something is claimed can be said as often as one likes.
 */
export const claimsOf = (
  links: readonly string[],
  version: number,
  before: {
    readonly state: LinkState | null;
    readonly unpublishedVersion: number | null;
    /** What was known of others is gone with an erasure, and may have changed for who is back from the archive, which answers do not reach. */
    readonly asksAnew?: boolean;
  },
  /** Links for which the customer has a number. */
  told: ReadonlySet<string>,
): Claims => {
  if (links.length === 0 && before.state === null) return { state: null, claims: [] };
  const known = before.state ?? NOTHING;
  const unsaid = known.version === before.unpublishedVersion;
  const said = new Set(unsaid || before.asksAnew ? [] : known.claimed);
  const had = [...known.claimed, ...(unsaid ? known.withdrawn : []), ...(before.asksAnew ? told : [])];
  const has = new Set(links);
  const withdrawn = [...new Set(had)].filter((link) => !has.has(link)).sort();
  const fresh = links.filter((link) => !said.has(link));
  const claims = [...claimed(fresh, told), ...left(withdrawn)];
  return claims.length === 0
    ? { state: before.state, claims }
    : { state: { version, claimed: links, withdrawn }, claims };
};

/** What a version says that is published again, or at last. */
export const claimsAgain = (state: LinkState | null, version: number, told: ReadonlySet<string>): Claim[] =>
  state?.version === version ? [...claimed(state.claimed, told), ...left(state.withdrawn)] : [];

const claimed = (links: readonly string[], told: ReadonlySet<string>): Claim[] =>
  links.map((link) => ({ link, linked: true, told: told.has(link) }));
const left = (links: readonly string[]): Claim[] => links.map((link) => ({ link, linked: false, told: false }));
