/** What is measured every few seconds. */

/** Counts are since the start of the member. */
export interface MemberSample {
  readonly rssMiB: number;
  /** JavaScript heap in use. */
  readonly heapMiB: number;
  readonly externalMiB: number;
  readonly descriptors: number;
  readonly threads: number;
  /** 99th percentile since the last look, ms. */
  readonly loopDelayMs: number;
  readonly consumed: number;
  readonly versions: number;
  readonly recoveries: number;
  readonly incidents: number;
}

export interface Sample {
  /** Seconds since the steady load began. */
  readonly at: number;
  /** Messages published since the beginning, by us. */
  readonly published: number;
  /** Records that the group has not committed. */
  readonly lag: number;
  readonly members: readonly MemberSample[];
}

/** At most `count` of them, at even distances, the first and the last included. */
export const thinned = <T>(samples: readonly T[], count: number): T[] => {
  if (samples.length <= count) return [...samples];
  const last = samples.length - 1;
  return Array.from({ length: count }, (_, i) => samples.slice(Math.round((i * last) / (count - 1)))[0]).filter(
    (sample) => sample !== undefined,
  );
};
