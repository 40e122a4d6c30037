/** Delays of a recovery: doubling, with jitter so that tasks do not come back in step. */
const FIRST_MS = 100;
const LONGEST_MS = 5_000;

/** Delay in ms before attempt `attempt` (0 for the first). `random` is in [0, 1). */
export const backoff = (attempt: number, random: number = Math.random()): number =>
  Math.min(FIRST_MS * 2 ** Math.min(attempt, 16), LONGEST_MS) * (0.5 + random / 2);
