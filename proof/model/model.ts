/** One thing to explore: rules in a world, over one pair of input logs. */
import type { Rules } from './rules.ts';
import { createInterned, type Interned } from './keys.ts';
import { type Member, type MemberFields, NOWHERE, type State } from './state.ts';
import type { Event, Logs, World } from './world.ts';

export interface Model extends Interned {
  readonly world: World;
  readonly rules: Rules;
  readonly logs: Logs;
  /** Without the mutex every topic has a lane: a slot of its own in the one process, which crashes and fences as one. */
  readonly lanes: boolean;
}

/** Throws RangeError for what the model does not know: lanes of more than one process, and more than its keys have bits for. */
export const createModel = (world: World, rules: Rules, logs: Logs): Model => {
  const lanes = !rules.mutex;
  if (!fits(world, logs)) throw new RangeError(`more than the keys of states tell apart: ${world.name}`);
  if (lanes && world.members !== 1) throw new RangeError('lanes are modelled in a single process');
  return { world, rules, logs, lanes, ...createInterned() };
};

/** The keys of `keys.ts` have so many bits for epochs, counters, offsets, fields and registers. */
const fits = ({ takes, rebalances = 0, failovers = 0, rewinds = 0, skips = 0 }: World, logs: Logs): boolean => {
  const events = logs.flat().filter((event) => event !== null);
  return (
    takes < 15 &&
    rebalances < 16 &&
    Math.max(failovers, rewinds, skips) < 4 &&
    logs.length <= 2 &&
    logs.every(({ length }) => length <= 4) &&
    events.every(({ field, at }) => field >= 0 && field < 4 && at > 0 && at < 4)
  );
};

const IDLE: MemberFields = {
  stage: 'idle',
  kafkaEpoch: 0,
  epoch: 0,
  position: NOWHERE,
  topic: 0,
  to: 0,
  before: null,
  after: null,
  publish: false,
  refused: 0,
  cache: null,
  assigned: true,
};

export const initialState = (model: Model): State => {
  const { world, logs, lanes } = model;
  const assigned = (slot: number): boolean => world.rebalances === undefined || slot === 0;
  return {
    document: null,
    durable: null,
    committed: 0,
    committedBefore: 0,
    kafkaEpoch: 0,
    epoch: 0,
    members: Array.from({ length: lanes ? logs.length : world.members }, (_, slot) =>
      model.member({ ...IDLE, assigned: assigned(slot) }),
    ),
    publishedVersion: 0,
    publishedFacts: 0,
    deadLetters: 0,
    tombstone: 0,
    failovers: 0,
    rewinds: 0,
    skips: 0,
    rebalances: 0,
    takes: 0,
  };
};

/** Between two rounds: nothing of the last one is left. */
export const ready = (model: Model, member: Member, position: number, cache: Member['cache']): Member => {
  const { kafkaEpoch, epoch, assigned } = member;
  return model.member({ ...IDLE, stage: 'offsets-read', kafkaEpoch, epoch, position, cache, assigned });
};

/** A crash and a recovery are the same to the protocol: producer, cache and position are gone. */
export const gone = (model: Model, member: Member): Member =>
  model.member({ ...IDLE, cache: model.rules.cacheDropped ? null : member.cache, assigned: member.assigned });

/** Rule 10: after a failure the group is asked first. Where there is one owner only, that is the same as to be gone. */
export const failed = (model: Model, member: Member): Member => {
  const { assigned } = member;
  return model.world.rebalances === undefined
    ? gone(model, member)
    : model.member({ ...IDLE, stage: model.rules.groupAsked ? 'failed' : 'asked', assigned });
};

export const withMember = (state: State, slot: number, member: Member): State => {
  const members = state.members.slice();
  members[slot] = member;
  return { ...state, members };
};

export const eventAt = (logs: Logs, topic: number, offset: number): Event | null => logs[topic]?.[offset] ?? null;

export const lengthOf = (logs: Logs, topic: number): number => logs[topic]?.length ?? 0;
