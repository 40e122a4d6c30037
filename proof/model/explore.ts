/** Breadth first through all reachable states, so that the first counterexample is a shortest one. */
import { describe } from './describe.ts';
import { hindrance } from './finish.ts';
import { violationIn } from './invariants.ts';
import { keyOf } from './keys.ts';
import { createModel, initialState, type Model } from './model.ts';
import type { Rules } from './rules.ts';
import type { State } from './state.ts';
import type { Step } from './step.ts';
import { stepsFrom } from './steps.ts';
import type { Logs, World } from './world.ts';

export interface Counterexample {
  readonly logs: Logs;
  readonly violation: string;
  /** One readable line a step. */
  readonly trace: readonly string[];
}

export interface Exploration {
  /** How many were looked at. */
  readonly states: number;
  readonly counterexample: Counterexample | null;
}

/** Beyond this, memory would run short. */
const MAX_STATES = 6_000_000;

/** Throws RangeError when there are too many states to know them all: nothing would be proved. */
export const explore = (world: World, rules: Rules, logs: Logs, limit = MAX_STATES): Exploration => {
  const model = createModel(world, rules, logs);
  const initial = initialState(model);
  const seen = new Set([keyOf(initial)]);
  const path = createPath();
  let frontier: State[] = [initial];
  let states = 0;
  while (frontier.length > 0) {
    const next: State[] = [];
    for (const state of frontier) {
      const steps = stepsFrom(model, state);
      for (let choice = 0; choice < steps.length; choice++) {
        const step = steps[choice];
        if (step === undefined) continue;
        const to = sorted(model, step.to);
        // Asked and added at once: looking up keys is what takes the time.
        const isNew = seen.size < seen.add(keyOf(to)).size;
        const violation = step.violation ?? (isNew ? violationOf(model, to) : null);
        if (violation !== null) {
          const trace = traceOf(model, [...path.choicesTo(states), choice]);
          return { states: states + 1, counterexample: { logs, violation, trace } };
        }
        if (!isNew) continue;
        path.add(states, choice);
        next.push(to);
      }
      states += 1;
    }
    if (seen.size > limit) throw new RangeError(`more than ${limit} states: ${world.name}`);
    frontier = next;
  }
  return { states, counterexample: null };
};

const violationOf = (model: Model, state: State): string | null =>
  violationIn(model, state) ?? (model.world.finishes === true ? hindrance(model, state) : null);

/** Members are alike, so states that differ only in who is who are one. Lanes are not. */
const sorted = (model: Model, state: State): State => {
  const { members } = state;
  if (model.lanes || members.every((member, slot) => slot === 0 || (members[slot - 1]?.id ?? 0) <= member.id))
    return state;
  return { ...state, members: members.toSorted((one, other) => one.id - other.id) };
};

/** How each state was found first: by which choice from which state before it, both numbered in the order of discovery. */
const createPath = () => {
  const from = [-1];
  const choices = [0];
  return {
    add: (state: number, choice: number): void => {
      from.push(state);
      choices.push(choice);
    },
    choicesTo: (state: number): number[] => {
      const found: number[] = [];
      for (let at = state; at > 0; at = from[at] ?? 0) found.push(choices[at] ?? 0);
      return found.reverse();
    },
  };
};

/** Walks the choices once more, and keeps the names of the members through all sorting. */
const traceOf = (model: Model, choices: readonly number[]): string[] => {
  let state = initialState(model);
  let names = state.members.map((_, slot) => `${model.lanes ? 'lane' : 'member'} ${slot + 1}`);
  return choices.map((choice) => {
    const step: Step | undefined = stepsFrom(model, state)[choice];
    if (step === undefined) throw new Error('a step was taken that does not exist');
    const line = describe(names, state, step);
    const order = step.to.members.map((member, slot) => ({ member, name: names[slot] ?? '?' }));
    if (!model.lanes) order.sort((one, other) => one.member.id - other.member.id);
    names = order.map(({ name }) => name);
    state = { ...step.to, members: order.map(({ member }) => member) };
    return line;
  });
};
