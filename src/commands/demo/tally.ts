/** What the demo has seen so far, counted from the pipeline's events and from what was published. */
import type { Observer } from '../../pipeline/observer.ts';
import type { RefusalReason } from '../../domain/refusal.ts';

export interface Tally {
  /** Messages sent to the input topics. */
  sent: number;
  /** What the generator says must become of them. */
  readonly expected: { applied: number; refused: Partial<Record<RefusalReason, number>> };
  consumed: number;
  applied: number;
  unchanged: number;
  published: number;
  recoveries: number;
  readonly refused: Record<string, number>;
}

export const createTally = (): Tally & { readonly observe: Observer } => {
  const tally: Tally = {
    ...{ sent: 0, consumed: 0, applied: 0, unchanged: 0, published: 0, recoveries: 0 },
    expected: { applied: 0, refused: {} },
    refused: {},
  };
  const observe: Observer = (event) => {
    if (event.type === 'recovery') tally.recoveries += 1;
    if (event.type !== 'batch') return;
    tally.consumed += event.consumed;
    tally.applied += event.applied;
    tally.unchanged += event.unchanged;
    tally.published += event.published;
    for (const [reason, count] of Object.entries(event.refused)) {
      tally.refused[reason] = (tally.refused[reason] ?? 0) + count;
    }
  };
  return Object.assign(tally, { observe });
};

const WINDOW_MS = 3_000;

/** Per second, over the last seconds; `total` is read at every call. */
export const createRate = (now: () => number = Date.now): ((total: number) => number) => {
  const samples: { readonly at: number; readonly total: number }[] = [];
  return (total) => {
    samples.push({ at: now(), total });
    while (samples.length > 2 && now() - (samples[0]?.at ?? 0) > WINDOW_MS) samples.shift();
    const first = samples[0];
    const elapsed = first ? now() - first.at : 0;
    return first && elapsed > 0 ? Math.round(((total - first.total) * 1000) / elapsed) : 0;
  };
};
