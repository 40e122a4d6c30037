/** A member's client: it joins the group, beats, fetches, and hands what it fetched to the processor. */
import { HeartbeatWaiters } from '../../src/adapters/kafka/heartbeats.ts';
import type { FetchedBatch } from '../../src/pipeline/ports.ts';
import type { Processor } from '../../src/pipeline/processor.ts';
import type { Caller } from './call.ts';
import type { Membership } from './group.ts';
import type { Log } from './inputs.ts';
import type { World } from './world.ts';

/** Most heartbeats tell nothing new. */
const IDLE_HEARTBEAT = 0.03;

export class GroupClient {
  readonly #world: World;
  readonly #caller: Caller;
  readonly #processor: Processor;
  readonly #heartbeats = new HeartbeatWaiters();
  #waiters = 0;
  #membership: Membership | null = null;
  #joining = true;
  #beating = false;
  /** Grows with every assignment: what an earlier one still brings no longer counts. */
  #session = 0;
  #partitions: readonly number[] = [];
  /** Of the partitions that were given to it. */
  #logs: readonly Log[] = [];
  /** Where the client fetches next, by place. */
  readonly #positions = new Map<string, number>();
  readonly #offering = new Set<string>();

  constructor(world: World, caller: Caller, processor: Processor) {
    this.#world = world;
    this.#caller = caller;
    this.#processor = processor;
    world.scheduler.add({
      notBefore: 0,
      weight: () => 1,
      ready: () => caller.state === 'running' && !this.#joining && this.#logs.some((log) => this.#isFetchable(log)),
      move: () => this.#fetch(),
    });
    this.#join(null);
  }

  get memberId(): string | null {
    return this.#membership?.memberId ?? null;
  }

  async confirmed(signal: AbortSignal): Promise<void> {
    this.#waiters += 1;
    try {
      await this.#heartbeats.confirmed(signal);
    } finally {
      this.#waiters -= 1;
    }
  }

  /** Leaves the group, and neither beats nor fetches any more. */
  leave(): void {
    this.#joining = true;
    this.#session += 1;
    if (this.memberId !== null) this.#world.group.remove(this.memberId);
  }

  /**
   * An error that the client has swallowed moves it by so many offsets; false when there is nothing to move. Never to the
   * very end of a log, where only the next input would show it.
   */
  move(by: number): boolean {
    const moved = this.#logs.filter(({ place, entries }) => {
      const position = this.#positions.get(place);
      return position !== undefined && position + by >= 0 && position + by < entries.length;
    });
    for (const { place } of moved) this.#positions.set(place, (this.#positions.get(place) ?? 0) + by);
    return moved.length > 0;
  }

  /** As the client does: one heartbeat at a time, whatever happens to the membership meanwhile. */
  #beat(): void {
    if (this.#beating) return;
    this.#beating = true;
    const { group, scheduler, invariants, schedule } = this.#world;
    const memberId = this.memberId ?? '';
    const session = this.#session;
    const sent = invariants.now();
    let answer: ReturnType<typeof group.heartbeat> = 'unknown';
    void scheduler
      .call(this.#caller, {
        name: 'group.heartbeat',
        server: 'group',
        effects: [() => void (answer = group.heartbeat(memberId))],
        answer: () => answer,
        weight: () =>
          this.#waiters > 0 || group.heartbeat(memberId) !== 'member' ? schedule.heartbeatRate : IDLE_HEARTBEAT,
        detail: memberId,
      })
      .then(() => {
        this.#beating = false;
        if (answer === 'member') {
          invariants.acknowledged(this.#caller, sent);
          this.#heartbeats.acknowledged();
        }
        if (this.#joining) return;
        if (answer === 'member' || session !== this.#session) this.#beat();
        else this.#join(answer === 'unknown' ? null : memberId);
      });
  }

  #join(memberId: string | null): void {
    const { group, scheduler } = this.#world;
    this.#joining = true;
    let joined: Membership | undefined;
    void scheduler
      .call(this.#caller, {
        name: 'group.join',
        server: 'group',
        effects: [() => void (joined = group.join(this.#caller, memberId, this.#partitions))],
        acknowledged: () => joined !== undefined && (joined.assignment !== null || !group.isMember(joined.memberId)),
        answer: () => joined,
        detail: memberId ?? 'anew',
      })
      .then((membership) => {
        if (membership?.assignment == null) this.#join(null);
        else this.#assigned(membership, membership.assignment);
      });
  }

  #assigned(membership: Membership, partitions: readonly number[]): void {
    const kept = membership.memberId === this.memberId;
    this.#world.scheduler.note(this.#caller.name, 'assigned', `${membership.memberId} p${partitions.join(' p')}`);
    this.#membership = membership;
    this.#partitions = partitions;
    this.#logs = this.#world.inputs.logs.filter(({ partition }) => partitions.includes(partition));
    this.#session += 1;
    this.#joining = false;
    this.#positions.clear();
    this.#offering.clear();
    this.#processor.assigned(partitions, this.#world.mutant.keepsTasks ? true : kept);
    this.#beat();
  }

  #positionIn(place: string): number {
    return this.#positions.get(place) ?? this.#world.kafka.committedAt(place);
  }

  #isFetchable({ place, entries }: Log): boolean {
    return !this.#offering.has(place) && this.#positionIn(place) < entries.length;
  }

  /** What a fetch returns is handed over; the client goes on behind it once it was taken. */
  #fetch(): void {
    const { random, scheduler, mutant } = this.#world;
    const fetchable = this.#logs.filter((log) => this.#isFetchable(log));
    const log = fetchable[random.int(0, fetchable.length - 1)];
    if (log === undefined) return;
    const { place } = log;
    const from = this.#positionIn(place);
    const batch = this.#cut(log, from);
    const session = this.#session;
    this.#offering.add(place);
    this.#positions.set(place, from);
    void this.#processor.offer(mutant.batch?.(batch) ?? batch).then((reception) => {
      scheduler.note(this.#caller.name, `batch ${reception}`, `${place} [${from}, ${batch.nextOffset})`);
      if (session !== this.#session) return;
      this.#offering.delete(place);
      if (reception === 'taken' && this.#positions.get(place) === from) this.#positions.set(place, batch.nextOffset);
      if (reception === 'gap' && !this.#joining) this.#join(this.memberId);
    });
  }

  /** A few records from an offset on, however many offsets without one lie between: a log ends with a record. */
  #cut({ topic, partition, entries }: Log, from: number): FetchedBatch {
    let nextOffset = Math.min(entries.length, from + this.#world.random.int(1, 4));
    while (entries.slice(from, nextOffset).every((input) => input === null)) nextOffset += 1;
    const records = entries.slice(from, nextOffset).flatMap((input) => (input === null ? [] : [input.record]));
    return { topic, partition, fetchedOffset: from, nextOffset, records };
  }
}
