/** Liveness: whatever the others have left behind, one member that is left alone with the task finishes it. */
import { differenceWhenDrained, published } from './invariants.ts';
import { lengthOf, type Model } from './model.ts';
import { plan, refusals } from './plan.ts';
import { type Document, movedTo, offsetIn, type State } from './state.ts';

/** What keeps a member from finishing, or null. Whoever is idle may be the one, with what is left in its cache. */
export const hindrance = (model: Model, state: State): string | null => {
  const caches = new Set<Document | null>([null]);
  for (const { stage, cache } of state.members) if (stage === 'idle') caches.add(cache);
  for (const cache of caches) {
    const found = hindranceWith(model, state, cache);
    if (found !== null) return `STUCK: left alone, a member does not finish: ${found}`;
  }
  return null;
};

const hindranceWith = (model: Model, state: State, cached: Document | null): string | null => {
  const { logs, rules, world } = model;
  const stored = world.failovers === undefined ? state.document : state.durable;
  const epoch = rules.epoch ? Math.max(state.kafkaEpoch, state.epoch) + 1 : 0;
  let now: State = { ...state, document: stored };
  let cache = cached;
  for (let topic = 0; topic < logs.length; topic++) {
    const from = offsetIn(now.committed, topic);
    const to = lengthOf(logs, topic);
    if (from >= to) continue;
    const [refusal] = refusals(model, topic, from, to);
    if (refusal === undefined) continue;
    const planned = (before: Document | null) => ({
      before,
      ...plan(model, epoch, now.committed, before, { topic, from, to, ...refusal }),
    });
    let work = planned(cache ?? now.document);
    if (work.after !== null && work.before?.version !== now.document?.version) {
      if (!rules.cacheDropped) return 'the same conflict after every recovery';
      work = planned(now.document);
    }
    if (work.before !== null && work.before.epoch > epoch) return 'a newer epoch that nobody has';
    const { to: seen, violation } = published(model, now, work);
    if (violation !== null) return violation;
    now = { ...seen, document: work.after ?? work.before, committed: movedTo(now.committed, topic, to) };
    cache = null;
  }
  return differenceWhenDrained(now);
};
