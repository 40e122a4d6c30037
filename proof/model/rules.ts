/** The rules of the task protocol as guards that can be taken out, and the mutants: the protocol without one of them. */

/** Each guard, and the rule of the protocol that it belongs to. */
export const GUARDS = {
  kafkaFence: 1,
  epoch: 1,
  epochBeforeFence: 1,
  epochConfirmed: 1,
  offsetsAfterFence: 1,
  epochInFilter: 2,
  versionInFilter: 2,
  stopAtNewerEpoch: 2,
  saveBeforePublish: 3,
  oneTransaction: 3,
  claim: 3,
  publishWhenRedelivered: 3,
  silentOtherwise: 3,
  pendingTakenOver: 3,
  previousVersionStays: 3,
  lastChangeIsMarker: 3,
  majorityRead: 4,
  majorityWrite: 4,
  mutex: 5,
  cacheDropped: 5,
  neverAbovePosition: 6,
  skipBelowPosition: 6,
  offsetsNeverStale: 6,
  refusedCount: 7,
  refusalClaims: 8,
  refusalLeavesStub: 8,
  erasureTakenOver: 9,
  groupAsked: 10,
  conflictRecovers: 10,
} as const;

export type Guard = keyof typeof GUARDS;

/** Which guards are in place. */
export type Rules = Readonly<Record<Guard, boolean>>;

const withEvery = (inPlace: (guard: Guard) => boolean): Rules => {
  const entries = (Object.keys(GUARDS) as Guard[]).map((guard) => [guard, inPlace(guard)] as const);
  return Object.fromEntries(entries) as Rules;
};

/** The rules as written, but for these guards. */
export const without = (...guards: readonly Guard[]): Rules => withEvery((guard) => !guards.includes(guard));

/** The rules as written: every guard in place. */
export const WRITTEN: Rules = without();
