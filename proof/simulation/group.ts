/** The group's coordinator: who is a member, in which generation, and which partitions each was given. */
import { planTasks } from '../../src/pipeline/assignor.ts';
import type { Caller } from './call.ts';

export interface Membership {
  readonly memberId: string;
  readonly process: Caller;
  /** Whether it takes part in the rebalance that is under way. */
  joined: boolean;
  owned: readonly number[];
  /** Whether `owned` was claimed under this very membership. */
  fresh: boolean;
  assignment: readonly number[] | null;
}

export class SimulatedGroup {
  readonly #partitions: number;
  readonly #members = new Map<string, Membership>();
  #rebalancing = false;
  #lastId = 0;

  constructor(partitions: number) {
    this.#partitions = partitions;
  }

  /** Takes part in a rebalance, as the member that it still is or as a new one. The assignment comes with its end. */
  join(process: Caller, memberId: string | null, owned: readonly number[]): Membership {
    const known = memberId === null ? undefined : this.#members.get(memberId);
    const fresh = known !== undefined;
    const membership = known ?? this.#admit(process);
    Object.assign(membership, { joined: true, owned, fresh, assignment: null });
    this.#rebalance(membership);
    return membership;
  }

  #admit(process: Caller): Membership {
    this.#lastId += 1;
    const memberId = `${process.name}#${this.#lastId}`;
    const membership = { memberId, process, joined: true, owned: [], fresh: false, assignment: null };
    this.#members.set(memberId, membership);
    return membership;
  }

  #rebalance(starter: Membership | null): void {
    if (this.#rebalancing) return;
    this.#rebalancing = true;
    for (const member of this.#members.values()) if (member !== starter) member.joined = false;
  }

  heartbeat(memberId: string): 'member' | 'rebalancing' | 'unknown' {
    const member = this.#members.get(memberId);
    if (member === undefined) return 'unknown';
    return this.#rebalancing && !member.joined ? 'rebalancing' : 'member';
  }

  isMember(memberId: string): boolean {
    return this.#members.has(memberId);
  }

  /** It left, was silent for longer than its session, or was thrown out. */
  remove(memberId: string): void {
    if (this.#members.delete(memberId)) this.#rebalance(null);
  }

  get members(): readonly Membership[] {
    return [...this.#members.values()];
  }

  get rebalancing(): boolean {
    return this.#rebalancing;
  }

  /** Everybody who is a member has joined: the leader may give out the tasks. */
  get complete(): boolean {
    return this.#rebalancing && this.#members.size > 0 && this.members.every(({ joined }) => joined);
  }

  assign(): void {
    this.#rebalancing = false;
    const plan = planTasks(this.#partitions, this.members);
    for (const member of this.#members.values()) member.assignment = plan.get(member.memberId) ?? [];
  }
}
