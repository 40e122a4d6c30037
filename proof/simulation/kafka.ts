/** A broker: input logs, transactions fenced by producer epochs, offsets committed inside them, read_committed output. */
import { ProfileError } from '../../src/errors.ts';
import type { OutboundRecord, Position, TaskProducer, Transaction } from '../../src/pipeline/ports.ts';
import { type Inputs, placeOf, TOPICS } from './inputs.ts';
import type { Caller, CallPort } from './call.ts';

export interface OutputRecord extends OutboundRecord {
  readonly partition: number;
  readonly transaction: ServerTransaction;
}

/** prepared: decided and durable; its markers are not written yet, so that nobody sees it. */
export interface ServerTransaction {
  status: 'open' | 'prepared' | 'committed' | 'aborted';
  readonly records: OutputRecord[];
  readonly offsets: Map<string, number>;
}

interface ProducerState {
  epoch: number;
  transaction: ServerTransaction | null;
}

/** Hears of a commit at the moment that decides it. */
export type Decided = (transaction: ServerTransaction) => void;

export class SimulatedKafka {
  readonly inputs: Inputs;
  /** What was appended, by topic and partition, whatever became of its transaction. */
  readonly outputs = new Map<string, OutputRecord[]>();
  /** Committed offsets as a fetch of them tells. */
  readonly offsets = new Map<string, number>();
  readonly #producers = new Map<string, ProducerState>();
  readonly #decided: Decided;

  constructor(inputs: Inputs, decided: Decided) {
    this.inputs = inputs;
    this.#decided = decided;
  }

  /** Every input is below a committed offset that anybody can read. */
  get processed(): boolean {
    return this.inputs.logs.every(({ place, entries }) => this.committedAt(place) === entries.length);
  }

  /** The log start where nothing was ever committed. */
  committedAt(place: string): number {
    return this.offsets.get(place) ?? 0;
  }

  committed(partition: number): Position {
    return Object.fromEntries(TOPICS.map((topic) => [topic, this.committedAt(placeOf(topic, partition))]));
  }

  /** InitProducerId: shuts out whoever had the id, and aborts what it left open. */
  initialise(transactionalId: string): number {
    const producer = this.#producers.get(transactionalId);
    if (producer === undefined) {
      this.#producers.set(transactionalId, { epoch: 0, transaction: null });
      return 0;
    }
    this.#conclude(producer);
    producer.epoch += 1;
    return producer.epoch;
  }

  /** The transaction of a producer; begins it with the first request, and waits for the markers of the one before. */
  ongoing(transactionalId: string, epoch: number): ServerTransaction {
    const producer = this.#valid(transactionalId, epoch);
    if (producer.transaction?.status === 'prepared') this.#conclude(producer);
    producer.transaction ??= { status: 'open', records: [], offsets: new Map() };
    return producer.transaction;
  }

  append(transaction: ServerTransaction, partition: number, record: OutboundRecord): void {
    const place = placeOf(record.topic, partition);
    const log = this.outputs.get(place);
    const appended = { ...record, partition, transaction };
    if (log === undefined) this.outputs.set(place, [appended]);
    else log.push(appended);
    transaction.records.push(appended);
  }

  commit(transactionalId: string, epoch: number): void {
    const { transaction } = this.#valid(transactionalId, epoch);
    if (transaction?.status !== 'open') throw new ProfileError('FENCED', 'INVALID_TXN_STATE');
    transaction.status = 'prepared';
    this.#decided(transaction);
  }

  /** Transactions that are decided and invisible still. */
  unwritten(): ProducerState[] {
    return [...this.#producers.values()].filter(({ transaction }) => transaction?.status === 'prepared');
  }

  writeMarkers(): void {
    for (const producer of this.unwritten()) this.#conclude(producer);
  }

  /** The coordinator gives up on transactions left open for too long; false when none is. */
  timeOut(): boolean {
    const open = [...this.#producers.values()].filter(({ transaction }) => transaction?.status === 'open');
    for (const producer of open) {
      this.#conclude(producer);
      producer.epoch += 1;
    }
    return open.length > 0;
  }

  #valid(transactionalId: string, epoch: number): ProducerState {
    const producer = this.#producers.get(transactionalId);
    if (producer?.epoch !== epoch) throw new ProfileError('FENCED', 'INVALID_PRODUCER_EPOCH');
    return producer;
  }

  #conclude(producer: ProducerState): void {
    const { transaction } = producer;
    if (transaction === null) return;
    producer.transaction = null;
    if (transaction.status === 'open') transaction.status = 'aborted';
    if (transaction.status !== 'prepared') return;
    transaction.status = 'committed';
    for (const [place, offset] of transaction.offsets) this.offsets.set(place, offset);
  }
}

/** A transactional producer as kafkajs has it: initialised by the first transaction, and with that by `fence`. */
export const createProducer = (
  kafka: SimulatedKafka,
  caller: Caller,
  call: CallPort,
  transactionalId: string,
  partition: number,
): TaskProducer => {
  let epoch: number | null = null;
  const initialise = (): void => void (epoch ??= kafka.initialise(transactionalId));
  const ongoing = (): ServerTransaction => kafka.ongoing(transactionalId, epoch ?? -1);
  const request = (name: string, effects: readonly (() => void)[]): Promise<void> =>
    call(caller, { name, server: 'kafka', effects, answer: () => undefined });

  const transaction: Transaction = {
    send: (records) =>
      request('transaction.send', [
        () => void ongoing(),
        ...records.map((record) => () => kafka.append(ongoing(), partition, record)),
      ]),
    addOffsets: (position) =>
      request('transaction.addOffsets', [
        () => {
          const { offsets } = ongoing();
          for (const [topic, offset] of Object.entries(position)) offsets.set(placeOf(topic, partition), offset);
        },
      ]),
    commit: () => request('transaction.commit', [() => kafka.commit(transactionalId, epoch ?? -1)]),
  };
  return {
    fence: () => request('producer.fence', [initialise]),
    begin: async () => {
      if (epoch === null) await request('producer.begin', [initialise]);
      return transaction;
    },
    close: () => request('producer.close', []),
  };
};
