/** Where rounds are traced: unless somebody collects traces there is no such thing, and a round spends nothing on it. */
import { type ErrorCode, isProfileError } from '../errors.ts';
import type { TaskContext } from './context.ts';
import type { Marker } from './document.ts';
import type { Step } from './observer.ts';
import type { Headers, InboundRecord, OutboundRecord } from './ports.ts';

export interface Tracing {
  /** Begins a round of a task over these records. */
  round(partition: number, records: readonly InboundRecord[]): RoundTrace;
}

export interface RoundTrace {
  /** Begins a step; to be called when it is over. */
  step(step: Step): () => void;
  /** Headers that continue the trace of the event that made a version, by its marker, in what is published of it. */
  continued(marker: Marker | null): Headers;
  /** `failure`: why nothing was published. */
  end(failure?: ErrorCode): void;
}

/** Runs a round, traced where somebody traces. */
export const traced = async <T>(
  { tracing }: TaskContext,
  partition: number,
  records: readonly InboundRecord[],
  round: (trace?: RoundTrace) => Promise<T>,
): Promise<T> => {
  if (tracing === undefined) return round();
  const trace = tracing.round(partition, records);
  try {
    const result = await round(trace);
    trace.end();
    return result;
  } catch (error) {
    trace.end(isProfileError(error) ? error.code : 'UNEXPECTED');
    throw error;
  }
};

/**
 * The records of a customer, going on with a trace. What goes by another key, a pseudonym or a link, takes none along: whoever reads the
 * other end of the trace would know whose it is.
 */
export const goingOn = (
  records: readonly OutboundRecord[],
  customerId: string,
  trace: Headers | undefined,
): readonly OutboundRecord[] => {
  if (trace === undefined) return records;
  return records.map((record) =>
    record.key === customerId ? { ...record, headers: { ...record.headers, ...trace } } : record,
  );
};
