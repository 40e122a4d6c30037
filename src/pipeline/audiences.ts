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
}

/** What an audience was told last. */
export interface Told {
  /** 0 before the first time. */
  readonly version: number;
  /** Of the view; null for a tombstone, and before the first time. */
  readonly digest: string | null;
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
  readonly previousVersion: number;
  /** Null is a tombstone. */
  readonly view: object | null;
}

export interface Tellings {
  readonly states: AudienceStates;
  readonly tellings: readonly Telling[];
}

const UNTOLD: Told = { version: 0, digest: null };

/**
 * A new version of a customer: an audience hears of it when its view is another than the one it knows. What an unpublished
 * version was about to tell, the new one tells in its place, unless it undoes it. What a muted one was told stays known.
 */
export const tellOf = (
  audiences: readonly AudienceView[],
  customer: Customer,
  version: number,
  before: { readonly states: AudienceStates; readonly unpublishedVersion: number | null },
): Tellings => {
  const states: Record<string, AudienceState> = {};
  const tellings: Telling[] = [];
  for (const { name, muted = false, view: viewOf } of audiences) {
    const known = before.states[name];
    const told = known !== undefined && known.version === before.unpublishedVersion ? known.before : (known ?? UNTOLD);
    const view = muted ? null : viewOf(customer);
    const digest = muted ? told.digest : digestOf(view);
    if (digest !== told.digest) {
      states[name] = { version, digest, before: { version: told.version, digest: told.digest } };
      tellings.push({ audience: name, previousVersion: told.version, view });
    } else if (told.version > 0) {
      states[name] = known !== undefined && told === known ? known : { ...told, before: told };
    }
  }
  return { states, tellings };
};

/** What a version tells that is published again, or at last: what its document says, whoever is muted now. */
export const tellAgain = (
  audiences: readonly AudienceView[],
  customer: Customer,
  version: number,
  states: AudienceStates,
): Telling[] =>
  audiences.flatMap(({ name, view }) => {
    const state = states[name];
    if (state?.version !== version) return [];
    return [{ audience: name, previousVersion: state.before.version, view: view(customer) }];
  });

const DIGEST_LENGTH = 16;

/** Views are built in one order, so that equal ones are equal text. */
const digestOf = (view: object | null): string | null =>
  view && hash('sha256', JSON.stringify(view), 'base64').slice(0, DIGEST_LENGTH);
