/** What committed batches have done, how long each took, and what was in memory for it. */
import { Gauge, Histogram, type Registry } from 'prom-client';
import { REFUSAL_REASONS } from '../domain/refusal.ts';
import { OUTCOMES } from '../domain/retention/decide.ts';
import type { PipelineEvent } from '../pipeline/observer.ts';
import type { MakeCounter } from './metrics.ts';

export const createBatchMetrics = (registers: Registry[], counter: MakeCounter) => {
  const consumed = counter('records_consumed', 'Records taken from the inputs.');
  const applied = counter('events_applied', 'Events that changed a profile.');
  const unchanged = counter('events_unchanged', 'Events that changed nothing: duplicates, late ones, replays.');
  const stale = counter('events_stale', 'Of the unchanged ones, those older than the latest event in the profile.');
  const refused = counter('records_refused', 'Records sent to the dead letters.', {
    reason: Object.keys(REFUSAL_REASONS),
  });
  const routed = counter('events_routed', 'Events of rekeyed inputs sent on by customer.');
  const versions = counter('versions_published', 'Versions of customers published.');
  const published = counter('records_published', 'Records published, dead letters included.', { topic: [] });
  const erased = counter('customers_erased', 'Customers whose erasure was published.');
  const decided = counter('retention_decisions', 'What retention decided.', { outcome: OUTCOMES });
  const hits = counter('cache_hits', 'Customers whose document was in memory.');
  const misses = counter('cache_misses', 'Customers for whom the database was asked.');
  const cacheBytes = new Gauge({
    name: 'customer_profile_cache_bytes',
    help: 'Documents in memory, by estimate.',
    registers,
  });
  const stages = new Histogram({
    name: 'customer_profile_batch_stage_seconds',
    help: 'Time a batch spent in a step.',
    labelNames: ['stage'],
    buckets: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10],
    registers,
  });
  const age = new Histogram({
    name: 'customer_profile_event_age_seconds',
    help: 'From the timestamp of the oldest record of a batch until what follows from it was published.',
    buckets: [0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300, 1_000, 10_000],
    registers,
  });

  const committed = (batch: PipelineEvent & { type: 'batch' }): void => {
    consumed.inc(batch.consumed);
    applied.inc(batch.applied);
    unchanged.inc(batch.unchanged);
    stale.inc(batch.stale);
    routed.inc(batch.routed);
    versions.inc(batch.published);
    erased.inc(batch.erased);
    hits.inc(batch.cached.hits);
    misses.inc(batch.cached.misses);
    cacheBytes.set(batch.cacheBytes);
    if (batch.sentAt !== undefined) age.observe(Math.max(0, Date.now() - batch.sentAt.oldest) / 1_000);
    for (const [topic, count] of Object.entries(batch.sent)) published.inc({ topic }, count);
    for (const [outcome, count] of Object.entries(batch.decided)) decided.inc({ outcome }, count);
    for (const [reason, count] of Object.entries(batch.refused)) refused.inc({ reason }, count);
    for (const [stage, ms] of Object.entries(batch.stages)) stages.observe({ stage }, ms / 1_000);
  };

  return { committed };
};
