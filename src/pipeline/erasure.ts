/** What subscribers are told of an erasure: rule 9, as pure functions. */
import type { AudienceStates, Told } from './audiences.ts';
import { toldBefore } from './audiences.ts';
import type { ProfileDocument } from './document.ts';

/** Kept in the document until a transaction has carried it, also through later versions. */
export interface ErasureNotice {
  /** The version that says so: to all who read of customers, and to the audiences that know this one. */
  readonly version: number;
  /** Under the name by which each knows the customer; the id when absent. */
  readonly told: readonly ({ readonly audience: string } & Pick<Told, 'as'>)[];
}

export interface Forgotten {
  readonly notice: ErasureNotice;
  /** Of the audiences, once they have been told. */
  readonly states: AudienceStates;
}

/** An audience that is muted is told as well: what it was told before would stay. `unpublishedVersion`: of `before`. */
export const forget = (
  before: ProfileDocument | null,
  version: number,
  unpublishedVersion: number | null,
): Forgotten => {
  const told = unpublishedVersion === null ? [] : [...(before?.pending?.erased?.told ?? [])];
  // Of an erasure before this one, which nobody has heard of yet: this one says it in its place.
  const untold = new Set(told.map(({ audience }) => audience));
  const states: Record<string, AudienceStates[string]> = {};
  for (const [audience, state] of Object.entries(before?.audiences ?? {})) {
    const { version: toldAt, digest, as } = toldBefore(state, unpublishedVersion);
    const name = as === undefined ? {} : { as };
    if (digest !== null) told.push({ audience, ...name });
    const silent = { version: digest === null && !untold.has(audience) ? toldAt : version, digest: null, ...name };
    if (silent.version > 0) states[audience] = { ...silent, before: silent };
  }
  return { notice: { version, told }, states };
};
