import type { PipelineEvent } from '../../src/pipeline/observer.ts';

type BatchEvent = Extract<PipelineEvent, { type: 'batch' }>;

/** A committed batch in which nothing happened, but for what is given. */
export const aBatch = (given: Partial<BatchEvent> = {}): BatchEvent => ({
  ...{ type: 'batch', partition: 0, consumed: 0, applied: 0, unchanged: 0, stale: 0, refused: {}, routed: 0 },
  ...{ published: 0, sent: {}, erased: 0, decided: {}, cached: { hits: 0, misses: 0 }, cacheBytes: 0, stages: {} },
  ...given,
});
