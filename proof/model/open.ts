/** Rules 1 and 10, as in `src/pipeline/open.ts`: epoch → Kafka fence → the epoch is still mine → committed offsets. */
import type { Member } from './state.ts';
import { fails, goesOn, type Step, type Turn } from './step.ts';
import { takesWhenStable } from './world.ts';

/** After a failure: what the group answers. */
export const hear = (turn: Turn): Step =>
  turn.member.assigned ? goesOn(turn, 'asked', { stage: 'asked' }) : goesOn(turn, 'let go', { stage: 'idle' });

export const begin = (turn: Turn): Step[] => {
  const { model, state, member } = turn;
  const { rules, world } = model;
  if (member.stage === 'idle' && !member.assigned) return [];
  if (member.stage === 'idle' && world.rebalances !== undefined) return [goesOn(turn, 'asked', { stage: 'asked' })];
  if (Math.max(state.epoch, state.kafkaEpoch) >= world.takes) return [];
  if (world.takenInSteps !== true) return takeAtOnce(turn);
  return [rules.epochBeforeFence ? takeEpoch(turn) : fence(turn)];
};

/** The epoch of Kafka serves as ours: nobody comes between taking, fencing and confirming. */
const takeAtOnce = ({ model, state, slot }: Turn): Step[] => {
  const { lanes, rules } = model;
  if (lanes && state.members.some(({ stage }) => stage !== 'idle')) return [];
  const kafkaEpoch = state.kafkaEpoch + 1;
  const epoch = rules.epoch ? kafkaEpoch : 0;
  const taken = (member: Member): Member => model.member({ ...member, stage: 'epoch-confirmed', kafkaEpoch, epoch });
  const members = state.members.map((member, other) => (lanes || other === slot ? taken(member) : member));
  return [{ name: 'epoch-confirmed', by: slot, to: { ...state, kafkaEpoch, members }, violation: null }];
};

export const takeEpoch = (turn: Turn): Step => {
  const { model, state, member } = turn;
  const { rules, world } = model;
  const epoch = state.epoch + 1;
  const position = rules.offsetsAfterFence ? member.position : state.committed;
  const takes = world.rebalances === undefined ? 0 : state.takes + 1;
  const taken = goesOn(turn, 'epoch-taken', { stage: 'epoch-taken', epoch, position }, { ...state, epoch, takes });
  return takes > takesWhenStable(world)
    ? { ...taken, violation: `PING-PONG: take ${takes} since the last rebalance` }
    : taken;
};

export const fence = (turn: Turn): Step => {
  const kafkaEpoch = turn.state.kafkaEpoch + 1;
  return goesOn(turn, 'fenced', { stage: 'fenced', kafkaEpoch }, { ...turn.state, kafkaEpoch });
};

export const confirm = (turn: Turn): Step => {
  const { model, state, member } = turn;
  return state.epoch === member.epoch || !model.rules.epochConfirmed
    ? goesOn(turn, 'epoch-confirmed', { stage: 'epoch-confirmed' })
    : fails(turn, 'overtaken');
};

export const readOffsets = (turn: Turn): Step[] => {
  const { model, state, member } = turn;
  const { offsetsAfterFence, offsetsNeverStale } = model.rules;
  const positions = new Set([offsetsAfterFence ? state.committed : member.position]);
  if (!offsetsNeverStale) positions.add(state.committedBefore);
  return [...positions].map((position) => goesOn(turn, 'offsets-read', { stage: 'offsets-read', position }));
};
