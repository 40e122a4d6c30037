/** All that may happen next: each member's next step, a crash, and what MongoDB, an operator or the group does. */
import { environmentSteps } from './environment.ts';
import { gone, type Model, withMember } from './model.ts';
import { begin, confirm, fence, hear, readOffsets, takeEpoch } from './open.ts';
import { commit, mergeSteps, save, send } from './round.ts';
import type { State } from './state.ts';
import type { Step, Turn } from './step.ts';

export const stepsFrom = (model: Model, state: State): Step[] => {
  const steps: Step[] = [];
  state.members.forEach((member, slot) => {
    const turn = { model, state, slot, member };
    steps.push(...crashes(turn), ...nextSteps(turn));
  });
  steps.push(...environmentSteps(model, state));
  return steps;
};

/** The protocol from checkpoint to checkpoint. */
const nextSteps = (turn: Turn): Step[] => {
  const { epochBeforeFence, saveBeforePublish, oneTransaction } = turn.model.rules;
  switch (turn.member.stage) {
    case 'failed':
      return [hear(turn)];
    case 'idle':
    case 'asked':
      return begin(turn);
    case 'epoch-taken':
      return [epochBeforeFence ? fence(turn) : confirm(turn)];
    case 'fenced':
      return [epochBeforeFence ? confirm(turn) : takeEpoch(turn)];
    case 'epoch-confirmed':
      return readOffsets(turn);
    case 'offsets-read':
      return mergeSteps(turn);
    case 'merged':
      return [saveBeforePublish ? save(turn) : commit(turn)];
    case 'unacknowledged':
      return [];
    case 'saved':
      return [oneTransaction ? commit(turn) : send(turn)];
    case 'sent':
      return [commit(turn)];
    case 'committed':
      return [save(turn)];
  }
};

/** Lanes are one process. */
const crashes = ({ model, state, slot, member }: Turn): Step[] => {
  if (model.world.rebalances !== undefined) return [];
  const { members } = state;
  const working = model.lanes ? slot === 0 && members.some(({ stage }) => stage !== 'idle') : member.stage !== 'idle';
  if (!working) return [];
  const to = model.lanes
    ? { ...state, members: members.map((lane) => gone(model, lane)) }
    : withMember(state, slot, gone(model, member));
  return [{ name: 'crashed', by: slot, to, violation: null }];
};
