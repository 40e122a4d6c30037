/** What a read_committed subscriber may rely on, and what must be true of every state. */
import { eventAt, lengthOf, type Model } from './model.ts';
import { merge } from './plan.ts';
import { differing, type Facts, type Member, offsetIn, registerOf, type State } from './state.ts';
import { TOPICS } from './world.ts';

interface Outcome {
  readonly to: State;
  readonly violation: string | null;
}

type Planned = Pick<Member, 'before' | 'after' | 'publish'>;

/** Versions increase, each is seen once and names the one seen before, and the paths cover every change. */
export const published = (model: Model, state: State, { before, after, publish }: Planned): Outcome => {
  const document = after ?? before;
  if (!publish || document === null) return { to: state, violation: null };
  const { version, previousVersion, pending, facts, erased } = document;
  const last = state.publishedVersion;
  if (version <= last) {
    // An operator's rewind repeats the last version, with the same event id: documented.
    const repeated = state.rewinds > 0 && version === last && facts === state.publishedFacts;
    return { to: state, violation: repeated ? null : `AGAIN: version ${version} after version ${last}` };
  }
  // So are the gaps that skipped offsets leave.
  if (state.skips > 0) return { to: { ...state, publishedVersion: version, publishedFacts: facts }, violation: null };
  const breaks = state.rewinds > 0 ? previousVersion > last : previousVersion !== last;
  if (breaks)
    return { to: state, violation: `CHAIN: version ${version} names ${previousVersion}, the last seen was ${last}` };
  if ((differing(state.publishedFacts, facts) & ~pending) !== 0) {
    return { to: state, violation: `PATHS: changedPaths of version ${version} miss a change` };
  }
  const tombstone = tombstoneAfter(model, state, facts, erased);
  return { to: { ...state, publishedVersion: version, publishedFacts: facts, tombstone }, violation: null };
};

/** Null is published when the erasure is pending, or nothing has come after it: the document is bare. */
const tombstoneAfter = (
  { world, logs }: Model,
  { tombstone }: State,
  facts: Facts,
  erased: boolean,
): State['tombstone'] => {
  const erasure = world.erasure === undefined ? null : eventAt(logs, world.erasure.topic, world.erasure.offset);
  if (erasure === null || tombstone !== 0 || registerOf(facts, 0) < erasure.at) return tombstone;
  return erased || facts >> 2 === 0 ? 2 : 1;
};

const BITS_A_TOPIC = 4;

export const deadLettersWith = (deadLetters: number, { topic, refused }: Member): number =>
  deadLetters | (refused << (BITS_A_TOPIC * topic));

/** What is wrong with a state, or null. */
export const violationIn = (model: Model, state: State): string | null =>
  lostEffect(model, state) ?? (isDrained(model, state) ? differenceWhenDrained(state) : null);

/** Offsets never pass an event whose effect is not in the document, unless it was refused. */
const lostEffect = ({ logs, world }: Model, state: State): string | null => {
  if (state.skips > 0) return null;
  const facts = (world.failovers === undefined ? state.document : state.durable)?.facts ?? 0;
  for (let topic = 0; topic < logs.length; topic++) {
    const refused = state.deadLetters >> (BITS_A_TOPIC * topic);
    for (let offset = 0; offset < offsetIn(state.committed, topic); offset++) {
      const event = eventAt(logs, topic, offset);
      if (event === null || ((refused >> offset) & 1) === 1) continue;
      if (merge(facts, event) !== facts) return `LOST: the effect of ${TOPICS[topic] ?? '?'}${offset}`;
    }
  }
  return null;
};

export const isDrained = ({ logs }: Model, { committed }: State): boolean =>
  logs.every((_, topic) => offsetIn(committed, topic) >= lengthOf(logs, topic));

export const differenceWhenDrained = ({
  document,
  publishedVersion,
  publishedFacts,
  tombstone,
  skips,
}: State): string | null => {
  if (skips > 0) return null;
  const version = document?.version ?? 0;
  if (publishedVersion !== version)
    return `DRAINED: the document has version ${version}, published is ${publishedVersion}`;
  if (document !== null && publishedFacts !== document.facts) return 'DRAINED: published differs from the document';
  if (tombstone === 1) return 'DRAINED: the null of the erasure was never published';
  return null;
};
