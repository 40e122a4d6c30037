/** Holds patches/kafkajs+2.2.4.patch to what it is for. */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

interface RequestQueue {
  pending: unknown[];
  throttledUntil: number;
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  checkPendingRequests(): void;
  destroy(): void;
}
const RequestQueueClass = require('kafkajs/src/network/requestQueue') as new (options: object) => RequestQueue;

interface Message {
  readonly offset: string;
  readonly key: Buffer | null;
  readonly isControlRecord: boolean;
  readonly batchContext: { readonly producerId: string; readonly inTransaction: boolean };
}
const filterAbortedMessages = require('kafkajs/src/consumer/filterAbortedMessages') as (fetched: {
  messages: Message[];
  abortedTransactions: { firstOffset: string; producerId: string }[];
}) => Message[];

describe('an idle connection of the client', () => {
  /** Checks for pending requests once, and tells whether it will do so again. */
  const checksAgain = ({ pending = 0, throttledMs = 0 }): boolean => {
    const logger = { debug: () => undefined };
    // With no request allowed in flight, what is pending stays pending.
    const queue = new RequestQueueClass({ maxInFlightRequests: 0, requestTimeout: 1000, logger });
    queue.pending.push(...Array<object>(pending).fill({}));
    queue.throttledUntil = Date.now() + throttledMs;
    queue.checkPendingRequests();
    const timer = queue.throttleCheckTimeoutId;
    queue.destroy();
    return timer !== null;
  };

  it('sets no timer while nothing is pending', () => {
    expect(checksAgain({})).toBe(false);
  });

  it('sets a timer for what is pending, and until it is no longer throttled', () => {
    expect(checksAgain({ pending: 1 })).toBe(true);
    expect(checksAgain({ throttledMs: 60_000 })).toBe(true);
  });
});

describe('a reader of committed messages', () => {
  const COMMIT = Buffer.from([0, 0, 0, 1]);
  const ABORT = Buffer.from([0, 0, 0, 0]);
  const message = (offset: number, producerId: string, key: Buffer | null = null): Message => ({
    offset: String(offset),
    key,
    isControlRecord: false,
    batchContext: { producerId, inTransaction: true },
  });
  const marker = (offset: number, producerId: string, key: Buffer): Message => ({
    ...message(offset, producerId, key),
    isControlRecord: true,
  });
  const read = (messages: Message[], ...aborted: [producerId: string, firstOffset: number][]): number[] =>
    filterAbortedMessages({
      messages,
      abortedTransactions: aborted.map(([producerId, firstOffset]) => ({
        producerId,
        firstOffset: String(firstOffset),
      })),
    })
      .filter(({ isControlRecord }) => !isControlRecord)
      .map(({ offset }) => Number(offset));

  it('sees no message of an aborted transaction when the one listed first began later', () => {
    const messages = [
      message(0, 'A'),
      message(1, 'B'),
      message(2, 'C'),
      marker(3, 'B', ABORT),
      marker(4, 'A', ABORT),
      marker(5, 'C', COMMIT),
    ];
    expect(read(messages, ['B', 1], ['A', 0])).toEqual([2]);
  });

  it('sees no message of several transactions that began before what it fetched', () => {
    const messages = [message(10, 'B'), message(11, 'C'), marker(12, 'A', ABORT), marker(13, 'B', ABORT)];
    expect(read(messages, ['A', 3], ['B', 4])).toEqual([11]);
  });

  it('takes no message for the end of its transaction, whatever its key', () => {
    expect(read([message(0, 'A', ABORT), message(1, 'A'), marker(2, 'A', ABORT)], ['A', 0])).toEqual([]);
  });

  it('sees what the same producer commits after an abort', () => {
    const messages = [message(0, 'A'), marker(1, 'A', ABORT), message(2, 'A'), marker(3, 'A', COMMIT)];
    expect(read(messages, ['A', 0])).toEqual([2]);
  });
});
