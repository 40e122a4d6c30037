/** What happens to the task and not by it: replication and failover, an operator's hand on the offsets, a rebalance. */
import { failed, lengthOf, type Model } from './model.ts';
import { type Member, movedTo, offsetIn, type State } from './state.ts';
import { NOBODY, type Step, type StepName } from './step.ts';

export const environmentSteps = (model: Model, state: State): Step[] => {
  const { failovers, rewinds = 0, skips = 0, rebalances = 0 } = model.world;
  const steps: Step[] = [];
  if (failovers !== undefined && state.document !== state.durable) steps.push(...mongoSteps(model, state, failovers));
  if ((rewinds > 0 || skips > 0) && state.members.every(({ stage }) => stage === 'idle')) {
    if (state.rewinds < rewinds) steps.push(...offsetSteps(model, state, 'rewound'));
    if (state.skips < skips) steps.push(...offsetSteps(model, state, 'skipped'));
  }
  if (state.rebalances < rebalances) steps.push(...rebalanceSteps(model, state));
  return steps;
};

const mongoSteps = (model: Model, state: State, failovers: number): Step[] => {
  const { document, durable } = state;
  const waiting = (change: (member: Member) => Member): Member[] =>
    state.members.map((member) => (member.stage === 'unacknowledged' ? change(member) : member));
  const acknowledged = waiting((member) => model.member({ ...member, stage: 'saved' }));
  const replicated = happening('replicated', { ...state, durable: document, members: acknowledged });
  if (state.failovers >= failovers) return [replicated];
  const members = waiting((member) => failed(model, member));
  const lost = { ...state, document: durable, failovers: state.failovers + 1, members };
  return [replicated, happening('failover', lost)];
};

const offsetSteps = (model: Model, state: State, name: 'rewound' | 'skipped'): Step[] => {
  const { rewinds, skips } = state;
  const counted = name === 'rewound' ? { rewinds: rewinds + 1 } : { skips: skips + 1 };
  return model.logs.flatMap((_, topic) => {
    const next = offsetIn(state.committed, topic);
    const [from, to] = name === 'rewound' ? [0, next] : [next + 1, lengthOf(model.logs, topic)];
    return Array.from({ length: Math.max(0, to - from) }, (__, index) =>
      happening(name, { ...state, ...counted, committed: movedTo(state.committed, topic, from + index) }),
    );
  });
};

/** Who had the task is not told: it finds out when it is fenced, or never. */
const rebalanceSteps = (model: Model, state: State): Step[] => {
  const others = state.members.keys().filter((slot) => state.members[slot]?.assigned === false);
  return [...others].map((chosen) => {
    const members = state.members.map((member, slot) => model.member({ ...member, assigned: slot === chosen }));
    return happening('rebalanced', { ...state, members, rebalances: state.rebalances + 1, takes: 0 });
  });
};

const happening = (name: StepName, to: State): Step => ({ name, by: NOBODY, to, violation: null });
