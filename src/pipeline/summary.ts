/** What a round has done, in numbers. */
import type { Decoded } from './decode.ts';
import type { PipelineEvent } from './observer.ts';
import type { InboundRecord, OutboundRecord } from './ports.ts';
import type { RefusedRecord } from './refused.ts';
import type { Decided } from './retention.ts';

type Summary = Omit<Extract<PipelineEvent, { type: 'batch' }>, 'type' | 'partition' | 'cacheBytes' | 'stages'>;

export interface Done {
  readonly records: readonly InboundRecord[];
  readonly decoded: Pick<Decoded, 'statements' | 'routed'>;
  readonly refused: readonly RefusedRecord[];
  readonly merged: {
    readonly applied: number;
    readonly stale: number;
    readonly published: number;
    readonly erases: number;
    readonly decided: readonly Pick<Decided, 'outcome' | 'effect'>[];
  };
  /** All that was published. */
  readonly outputs: readonly OutboundRecord[];
  readonly cached: Summary['cached'];
}

export const summaryOf = ({ records, decoded, refused, merged, outputs, cached }: Done): Summary => ({
  consumed: records.length,
  ...sentAtOf(records),
  applied: merged.applied,
  unchanged: records.length - refused.length - decoded.statements.length - decoded.routed.length - merged.applied,
  stale: merged.stale,
  refused: countBy(refused, ({ refusal }) => refusal.reason),
  routed: decoded.routed.length,
  published: merged.published,
  sent: countBy(outputs, ({ topic }) => topic),
  erased: merged.erases,
  decided: countBy(
    merged.decided.filter(({ effect }) => effect !== 'nobody'),
    ({ outcome }) => outcome,
  ),
  cached,
});

const sentAtOf = (records: readonly InboundRecord[]): Pick<Summary, 'sentAt'> => {
  if (records.length === 0) return {};
  let oldest = Infinity;
  const latest: Record<string, number> = {};
  for (const { topic, timestamp } of records) {
    oldest = Math.min(oldest, timestamp);
    latest[topic] = Math.max(latest[topic] ?? -Infinity, timestamp);
  }
  return { sentAt: { oldest, latest } };
};

const countBy = <T>(all: readonly T[], name: (each: T) => string): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const each of all) counts[name(each)] = (counts[name(each)] ?? 0) + 1;
  return counts;
};
