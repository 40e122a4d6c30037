/** One step from a state to the next, and the two ways in which a member makes one: it goes on, or it fails. */
import { failed, type Model, withMember } from './model.ts';
import type { Member, MemberFields, Stage, State } from './state.ts';

/** A checkpoint passed, or what else happened. */
export type StepName =
  | Exclude<Stage, 'idle' | 'unacknowledged' | 'failed'>
  | 'crashed'
  | 'overtaken'
  | 'newer epoch met'
  | 'conflict'
  | 'commit refused'
  | 'let go'
  | 'replicated'
  | 'failover'
  | 'rewound'
  | 'skipped'
  | 'rebalanced';

export interface Step {
  readonly name: StepName;
  /** Slot of the member that steps; -1: none does. */
  readonly by: number;
  readonly to: State;
  /** What is seen in this step and must not be. */
  readonly violation: string | null;
}

export const NOBODY = -1;

/** A member that may step. */
export interface Turn {
  readonly model: Model;
  readonly state: State;
  readonly slot: number;
  readonly member: Member;
}

export const goesOn = (turn: Turn, name: StepName, changed: Partial<MemberFields>, state = turn.state): Step => {
  const { model, slot, member } = turn;
  return { name, by: slot, to: withMember(state, slot, model.member({ ...member, ...changed })), violation: null };
};

export const fails = ({ model, state, slot, member }: Turn, name: StepName): Step => ({
  name,
  by: slot,
  to: withMember(state, slot, failed(model, member)),
  violation: null,
});
