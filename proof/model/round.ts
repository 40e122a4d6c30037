/** A round, as in `src/pipeline/round.ts`: read, decode, load and merge at once, then save, then one transaction. */
import { deadLettersWith, published } from './invariants.ts';
import { lengthOf, type Model, ready, withMember } from './model.ts';
import { plan, refusals } from './plan.ts';
import { type Document, type Member, movedTo, NOWHERE, offsetIn, type State } from './state.ts';
import { fails, goesOn, type Step, type Turn } from './step.ts';

/** Batches end anywhere: what was fetched together is chance. */
export const mergeSteps = (turn: Turn): Step[] => {
  const { model, slot, member } = turn;
  const { logs, lanes } = model;
  const sources = sourcesOf(turn);
  const steps: Step[] = [];
  for (let topic = lanes ? slot : 0; topic < (lanes ? slot + 1 : logs.length); topic++) {
    for (const from of startsOf(model, offsetIn(member.position, topic))) {
      for (let to = from + 1; to <= lengthOf(logs, topic); to++) {
        for (const before of sources) steps.push(...merged(turn, before, topic, from, to));
      }
    }
  }
  return steps;
};

/** What a load may return: the document that a majority has, or the cached one, if it is still there. */
const sourcesOf = ({ model: { rules, world }, state, member: { cache } }: Turn): (Document | null)[] => {
  const stored = world.failovers !== undefined && rules.majorityRead ? state.durable : state.document;
  return cache === null || cache === stored ? [stored] : [stored, cache];
};

/** Rule 6: exactly at the position. */
const startsOf = ({ rules }: Model, next: number): number[] => {
  const starts = [next];
  if (!rules.skipBelowPosition && next > 0) starts.push(next - 1);
  if (!rules.neverAbovePosition) starts.push(next + 1);
  return starts;
};

const merged = (turn: Turn, before: Document | null, topic: number, from: number, to: number): Step[] => {
  const { model, member } = turn;
  const { epoch, position } = member;
  if (before !== null && before.epoch > epoch && model.rules.stopAtNewerEpoch) return [fails(turn, 'newer epoch met')];
  return refusals(model, topic, from, to).map((refusal) => {
    const { after, publish } = plan(model, epoch, position, before, { topic, from, to, ...refusal });
    const { refused } = refusal;
    const stage = after === null ? 'saved' : 'merged';
    return goesOn(turn, 'merged', { stage, topic, to, before, after, publish, refused });
  });
};

/** Rule 2: on condition of the version as loaded, and of an epoch not above mine. */
export const save = (turn: Turn): Step => {
  const { model, state, slot, member } = turn;
  const { rules, world } = model;
  const { document } = state;
  const { before, after } = member;
  const sameVersion = document?.version === before?.version || !rules.versionInFilter;
  const notNewer = document === null || document.epoch <= member.epoch || !rules.epochInFilter;
  if (!sameVersion || !notNewer) return conflict(turn);
  const saved = { ...state, document: after };
  if (member.stage === 'committed') {
    const done = ready(model, member, member.position, member.cache);
    return { name: 'saved', by: slot, to: withMember(saved, slot, done), violation: null };
  }
  const acknowledged = world.failovers === undefined || !rules.majorityWrite;
  return goesOn(turn, 'saved', { stage: acknowledged ? 'saved' : 'unacknowledged' }, saved);
};

const conflict = (turn: Turn): Step => {
  const { model, state, slot, member } = turn;
  if (model.rules.conflictRecovers) return fails(turn, 'conflict');
  const again = ready(model, member, member.position, null);
  return { name: 'conflict', by: slot, to: withMember(state, slot, again), violation: null };
};

const isFenced = ({ model, state, member }: Turn): boolean =>
  member.kafkaEpoch !== state.kafkaEpoch && model.rules.kafkaFence;

/** The version becomes visible, and the offsets do not move yet: a transaction that is none. */
export const send = (turn: Turn): Step => {
  if (isFenced(turn)) return fails(turn, 'commit refused');
  const { to, violation } = published(turn.model, turn.state, turn.member);
  return { ...goesOn(turn, 'sent', { stage: 'sent' }, to), violation };
};

/** Version, dead letters and offsets become visible together. */
export const commit = (turn: Turn): Step => {
  if (isFenced(turn)) return fails(turn, 'commit refused');
  const { model, state, slot, member } = turn;
  const { topic, to } = member;
  const seen = model.rules.oneTransaction ? published(model, state, member) : { to: state, violation: null };
  const reached = state.rewinds > 0 ? to : Math.max(offsetIn(state.committed, topic), to);
  const next: State = {
    ...seen.to,
    committed: movedTo(state.committed, topic, reached),
    committedBefore: state.committed,
    deadLetters: deadLettersWith(state.deadLetters, member),
    members: state.members.map((other) => (model.lanes ? informed(model, other, topic, to) : other)),
  };
  return {
    name: 'committed',
    by: slot,
    to: withMember(next, slot, committed(model, member)),
    violation: seen.violation,
  };
};

const committed = (model: Model, member: Member): Member => {
  const { topic, to, before, after, stage } = member;
  const position = movedTo(member.position, topic, to);
  const cache = model.world.cache === true ? (after ?? before) : null;
  return stage === 'merged'
    ? model.member({ ...member, stage: 'committed', position, cache })
    : ready(model, member, position, cache);
};

/** Lanes share one view of the offsets. */
const informed = (model: Model, lane: Member, topic: number, offset: number): Member =>
  lane.position === NOWHERE ? lane : model.member({ ...lane, position: movedTo(lane.position, topic, offset) });
