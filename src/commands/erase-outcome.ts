/** What becomes of a request to erase somebody, as far as it can be seen from outside. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ErasureMark } from '../pipeline/ports.ts';
import type { ProfileDocument } from '../pipeline/document.ts';

export interface Request {
  readonly customerId: string;
  readonly occurredAt: number;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

export type Outcome =
  | { readonly state: 'asked' | 'erased' | 'done' }
  | { readonly state: 'refused'; readonly reason: string; readonly detail: string };

/** What there is to see. */
export interface Sight {
  /** What counts of a customer; null when there is nothing. */
  readonly document: (customerId: string) => Promise<ProfileDocument | null>;
  /** Whether what does not count any more is gone. */
  readonly isAlone: (customerId: string) => Promise<boolean>;
  /** Whether the transaction is committed that carries what a record has led to. */
  readonly isCommitted: (
    place: { readonly topic: string; readonly partition?: number; readonly offset: number },
    customerId: string,
  ) => Promise<boolean>;
  readonly refusalOf: (request: Request) => Promise<{ readonly reason: string; readonly detail: string } | null>;
  readonly latestErasure: () => Promise<ErasureMark | null>;
  /** Of the partitions those that are not swept so far. */
  readonly unswept: (mark: ErasureMark) => Promise<number>;
}

interface Waiting {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

const LOOK_EVERY_MS = 250;

/** Looks again and again, until it is done or refused, the time is over, or `signal` aborts. */
export const awaitErasure = async (
  sight: Sight,
  request: Request,
  { timeoutMs, signal, say }: Waiting,
): Promise<Outcome> => {
  const deadline = performance.now() + timeoutMs;
  let outcome: Outcome = { state: 'asked' };
  let mark: ErasureMark | null = null;
  while (!signal.aborted && performance.now() < deadline) {
    if (outcome.state === 'asked') outcome = await carriedOut(sight, request);
    if (outcome.state === 'refused') return outcome;
    if (outcome.state === 'erased') {
      if (mark === null) say('The profile is gone, and everybody was told.');
      // Of this moment: those that come later are others.
      mark ??= await sight.latestErasure();
      if (mark === null || (await sight.unswept(mark)) === 0) return { state: 'done' };
    }
    await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
  return outcome;
};

const carriedOut = async (sight: Sight, request: Request): Promise<Outcome> => {
  const { customerId, occurredAt } = request;
  if (!(await sight.isCommitted(request, customerId))) return { state: 'asked' };
  const document = await sight.document(customerId);
  const { marker = null, facts } = document ?? {};
  if ((facts?.erased?.at ?? -Infinity) < occurredAt) {
    const refusal = await sight.refusalOf(request);
    return refusal === null ? { state: 'asked' } : { state: 'refused', ...refusal };
  }
  const isTold = marker === null || (await sight.isCommitted(marker, customerId));
  return isTold && (await sight.isAlone(customerId)) ? { state: 'erased' } : { state: 'asked' };
};
