/** What each audience has been told of a customer, and what a version tells it: rule 9 for audiences, as pure functions. */
import { hash } from 'node:crypto';
import type { Customer } from '../domain/derive.ts';

/** An audience by what the pipeline needs of it. */
export interface AudienceView {
  readonly name: string;
  /** No new version is told to it. */
  readonly muted?: boolean;
  /** What it may know of the customer; null when it may know nothing. */
  readonly view: (customer: Customer) => object | null;
  /** The name by which it knows a customer; the id when absent. */
  readonly nameOf?: (customerId: string) => string;
}

/** What an audience was told last. */
export interface Told {
  /** 0 before the first time. */
  readonly version: number;
  /** Of the view; null for a tombstone, and before the first time. */
  readonly digest: string | null;
  /** The name under which it was told; the customer's id when absent. */
  readonly as?: string;
}

/** Kept in the customer's document. */
export interface AudienceState extends Told {
  /** What it had been told before: of account until a transaction has carried `version`. */
  readonly before: Told;
}

/** By the audience's name; one that was never told anything is missing. */
export type AudienceStates = Readonly<Record<string, AudienceState>>;

/** What is published to one audience along with a version. */
export interface Telling {
  readonly audience: string;
  /** Under this name; the customer's id when absent. */
  readonly as?: string;
  /** That it was told of before under this name. */
  readonly previousVersion: number;
  /** Null is a tombstone. */
  readonly view: object | null;
}

/** A version of a customer, of which audiences may have to hear. */
export interface ToTell {
  readonly customerId: string;
  readonly customer: Customer;
  readonly version: number;
}

export interface Tellings {
  readonly states: AudienceStates;
  readonly tellings: readonly Telling[];
}

const UNTOLD: Told = { version: 0, digest: null };

/**
 * A new version of a customer: an audience hears of it when its view is another than the one it knows, or it knows the
 * customer by another name. What an unpublished version was about to tell, the new one tells in its place, unless it undoes
 * it. What a muted one was told stays known.
 */
export const tellOf = (
  audiences: readonly AudienceView[],
  { customerId, customer, version }: ToTell,
  before: { readonly states: AudienceStates; readonly unpublishedVersion: number | null },
): Tellings => {
  const states: Record<string, AudienceState> = {};
  const tellings: Telling[] = [];
  for (const { name, muted = false, view: viewOf, nameOf } of audiences) {
    const known = before.states[name];
    const told = toldBefore(known, before.unpublishedVersion);
    const view = muted ? null : viewOf(customer);
    const digest = muted ? told.digest : digestOf(view);
    // A tombstone goes to the name under which something is known.
    const as = view === null ? told.as : nameOf?.(customerId);
    if (digest !== told.digest || as !== told.as) {
      states[name] = { ...toldOf(version, digest, as), before: toldOf(told.version, told.digest, told.as) };
      tellings.push(...tellingsOf(name, told, as, view));
    } else if (told.version > 0) {
      states[name] = known !== undefined && told === known ? known : { ...told, before: told };
    }
  }
  return { states, tellings };
};

/** What it has been told for certain: an unpublished version has told nobody anything. */
export const toldBefore = (known: AudienceState | undefined, unpublishedVersion: number | null): Told =>
  known !== undefined && known.version === unpublishedVersion ? known.before : (known ?? UNTOLD);

/** What a version tells that is published again, or at last: what its document says, whoever is muted now. */
export const tellAgain = (
  audiences: readonly AudienceView[],
  { customer, version }: ToTell,
  states: AudienceStates,
): Telling[] =>
  audiences.flatMap(({ name, view }) => {
    const state = states[name];
    return state?.version === version ? tellingsOf(name, state.before, state.as, view(customer)) : [];
  });

/** Whether a version that has yet to be published would tell somebody of the customer by a name that is given up. */
export const isNamedOtherwise = (
  audiences: readonly AudienceView[],
  { customerId, version }: Omit<ToTell, 'customer'>,
  states: AudienceStates,
): boolean =>
  audiences.some(({ name, nameOf }) => {
    const state = states[name];
    return state?.version === version && state.digest !== null && state.as !== nameOf?.(customerId);
  });

/** Under each name there is a chain of its own: another name ends the one, and begins the other. */
const tellingsOf = (audience: string, told: Told, as: string | undefined, view: object | null): Telling[] => {
  const goesOn = { audience, ...named(told.as), previousVersion: told.version };
  if (view === null || as === told.as) return [{ ...goesOn, view }];
  const begins = { audience, ...named(as), previousVersion: 0, view };
  return told.digest === null ? [begins] : [{ ...goesOn, view: null }, begins];
};

/** Absent in a document, not null. */
const named = (as: string | undefined): Pick<Told, 'as'> => (as === undefined ? {} : { as });

const toldOf = (version: number, digest: string | null, as: string | undefined): Told => ({
  version,
  digest,
  ...named(as),
});

const DIGEST_LENGTH = 16;

/** Views are built in one order, so that equal ones are equal text. */
const digestOf = (view: object | null): string | null =>
  view && hash('sha256', JSON.stringify(view), 'base64').slice(0, DIGEST_LENGTH);
