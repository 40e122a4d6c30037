/** One member of the consumer group. The client's traps stay in here: no seek, no pause, one rejoin, one restart. */
import type { Batch, Consumer, ConsumerGroupJoinEvent, EachBatchPayload, Kafka } from 'kafkajs';
import { backoff } from '../../pipeline/backoff.ts';
import type { FetchedBatch, Membership } from '../../pipeline/ports.ts';
import type { Reception } from '../../pipeline/inbox.ts';
import { coPartitionedSticky } from './assignor-protocol.ts';
import { errorTypeOf } from './errors.ts';
import { HeartbeatWaiters, keepAlive } from './heartbeats.ts';
import { inbound } from './inbound.ts';
import { InvisibleStretches } from './invisible.ts';

export interface GroupSettings {
  readonly group: string;
  readonly topics: readonly string[];
  /** Partitions of each topic; they are equal. */
  readonly partitions: number;
  readonly sessionTimeoutMs: number;
  readonly heartbeatIntervalMs: number;
  readonly fetchMaxBytesPerPartition: number;
}

export interface GroupHandlers {
  /** Synchronous, before the first fetch of a generation. `kept` is false when this is another member than before. */
  assigned(partitions: readonly number[], kept: boolean): void;
  /** Takes a batch, which then never needs to be delivered again, or says why not. */
  offer(batch: FetchedBatch): Promise<Reception>;
}

export type GroupEvent =
  | {
      readonly type: 'joined';
      readonly kept: boolean;
      readonly partitions: readonly number[];
      readonly durationMs: number;
    }
  | { readonly type: 'rebalancing' }
  | { readonly type: 'left'; readonly reason: string };

const REBALANCE_TIMEOUT_MS = 30_000;
const HANDLER_DEADLINE_MS = 60_000;
const MAX_WAIT_MS = 100;
const STOP_DEADLINE_MS = 15_000;
/** Without a fetch or a heartbeat for so many session timeouts, the client is stuck and is started anew. */
const SILENT_SESSIONS = 4;

export class GroupMember implements Membership {
  readonly #kafka: Kafka;
  readonly #settings: GroupSettings;
  readonly #handlers: GroupHandlers;
  readonly #onEvent: (event: GroupEvent) => void;
  readonly #heartbeats = new HeartbeatWaiters();
  readonly #invisible = new InvisibleStretches();
  #memberId: string | null = null;
  #partitions: readonly number[] = [];
  #consumer: Consumer | null = null;
  #watchdog: NodeJS.Timeout | undefined;
  #lastSignOfLife = performance.now();
  /** This life has come to something: it is not joined again and again, each time for nothing. */
  #fetches = false;
  #stopping = false;

  constructor(kafka: Kafka, settings: GroupSettings, handlers: GroupHandlers, onEvent: (event: GroupEvent) => void) {
    this.#kafka = kafka;
    this.#settings = settings;
    this.#handlers = handlers;
    this.#onEvent = onEvent;
  }

  /** Joins the group, and joins again after whatever ends the membership, until `stop`. */
  start(): void {
    this.#watchdog = setInterval(() => this.#watch(), this.#settings.sessionTimeoutMs / 2);
    void this.#join(0);
  }

  /** Waits for the handlers under way and leaves the group at once. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#watchdog);
    const consumer = this.#consumer;
    this.#consumer = null;
    if (consumer !== null) await disconnected(consumer);
  }

  confirmed(signal: AbortSignal): Promise<void> {
    return this.#heartbeats.confirmed(signal);
  }

  async #join(attempt: number): Promise<void> {
    if (attempt > 0) await new Promise((resolve) => setTimeout(resolve, backoff(attempt)));
    if (this.#stopping) return;
    this.#lastSignOfLife = performance.now();
    this.#fetches = false;
    const consumer = this.#createConsumer(attempt);
    this.#consumer = consumer;
    try {
      await consumer.connect();
      if (this.#consumer !== consumer) return;
      await consumer.subscribe({ topics: [...this.#settings.topics], fromBeginning: true });
      if (this.#consumer !== consumer) return;
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: this.#settings.topics.length * this.#settings.partitions,
        // A consumer that was given up may still hold queued batches.
        eachBatch: (payload) => (this.#consumer === consumer ? this.#eachBatch(payload) : Promise.resolve()),
      });
    } catch (error) {
      this.#lost(consumer, errorTypeOf(error), attempt);
    } finally {
      // Given up while it was connecting or joining: a disconnect that came before it was done has not stopped it.
      if (this.#consumer !== consumer) await disconnected(consumer);
    }
  }

  /** A consumer for each life: what an abandoned one still reports is ignored. */
  #createConsumer(attempt: number): Consumer {
    const { group, sessionTimeoutMs, heartbeatIntervalMs, fetchMaxBytesPerPartition } = this.#settings;
    const consumer = this.#kafka.consumer({
      groupId: group,
      partitionAssigners: [coPartitionedSticky(() => ({ memberId: this.#memberId, partitions: this.#partitions }))],
      sessionTimeout: sessionTimeoutMs,
      rebalanceTimeout: REBALANCE_TIMEOUT_MS,
      heartbeatInterval: heartbeatIntervalMs,
      maxBytesPerPartition: fetchMaxBytesPerPartition,
      maxWaitTimeInMs: MAX_WAIT_MS,
      minBytes: 1,
      allowAutoTopicCreation: false,
      retry: { initialRetryTime: 100, retries: 5, maxRetryTime: 2_000, restartOnFailure: () => Promise.resolve(false) },
    });
    const { GROUP_JOIN, REBALANCING, HEARTBEAT, FETCH, END_BATCH_PROCESS, CRASH } = consumer.events;
    const current = (react: () => void): void => {
      if (this.#consumer !== consumer) return;
      this.#lastSignOfLife = performance.now();
      react();
    };
    consumer.on(GROUP_JOIN, ({ payload }) => current(() => this.#joined(payload)));
    consumer.on(REBALANCING, () => current(() => this.#onEvent({ type: 'rebalancing' })));
    consumer.on(HEARTBEAT, () => current(() => this.#heartbeats.acknowledged()));
    consumer.on(FETCH, () => current(() => (this.#fetches = true)));
    consumer.on(END_BATCH_PROCESS, ({ payload }) => this.#invisible.ended(payload));
    consumer.on(CRASH, ({ payload }) => this.#lost(consumer, errorTypeOf(payload.error), attempt));
    return consumer;
  }

  /** A kicked member hears of it only here, by another id: then somebody else may have had every partition meanwhile. */
  #joined({ memberId, memberAssignment, duration }: ConsumerGroupJoinEvent['payload']): void {
    const partitions = [...new Set(Object.values(memberAssignment).flat())].sort((a, b) => a - b);
    const kept = memberId === this.#memberId;
    this.#memberId = memberId;
    this.#partitions = partitions;
    this.#handlers.assigned(partitions, kept);
    this.#onEvent({ type: 'joined', kept, partitions, durationMs: duration });
  }

  async #eachBatch(payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    // Queued batches start even after this member was kicked: ask the group first. The only call that may throw.
    await payload.heartbeat();
    if (!payload.isRunning()) return;
    const stopBeating = keepAlive(() => payload.heartbeat(), this.#settings.heartbeatIntervalMs, HANDLER_DEADLINE_MS);
    const reception = await this.#handlers.offer(this.#fetched(batch)).catch((): Reception => 'full');
    stopBeating();
    const last = batch.messages.at(-1);
    // What is not resolved is fetched again.
    if (reception === 'taken' && last !== undefined) payload.resolveOffset(last.offset);
    if (reception === 'gap') throw new RejoinError();
  }

  #fetched(batch: Batch): FetchedBatch {
    const { topic, partition } = batch;
    const { fetchedOffset } = batch as Batch & { readonly fetchedOffset: string };
    return {
      topic,
      partition,
      fetchedOffset: this.#invisible.startOf(topic, partition, Number(fetchedOffset)),
      nextOffset: Number(batch.lastOffset()) + 1,
      records: batch.messages.map((message) => inbound(topic, partition, message)),
    };
  }

  #lost(consumer: Consumer, reason: string, attempt: number): void {
    if (this.#consumer !== consumer || this.#stopping) return;
    this.#consumer = null;
    this.#onEvent({ type: 'left', reason });
    void disconnected(consumer);
    void this.#join(this.#fetches ? 1 : attempt + 1);
  }

  #watch(): void {
    const silentMs = performance.now() - this.#lastSignOfLife;
    const consumer = this.#consumer;
    if (consumer === null || silentMs < SILENT_SESSIONS * this.#settings.sessionTimeoutMs) return;
    this.#lost(consumer, 'silent', 0);
  }
}

/** Makes the client join again, which is the one way to make it read its committed offsets again. */
class RejoinError extends Error {
  override readonly name = 'RejoinError';
  readonly type = 'REBALANCE_IN_PROGRESS';
}

/** Leaves the group; a client that is stuck does not hold anybody up. */
const disconnected = async (consumer: Consumer): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, STOP_DEADLINE_MS);
  });
  await Promise.race([consumer.disconnect().catch(() => undefined), deadline]);
  clearTimeout(timer);
};
