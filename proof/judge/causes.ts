/** Causes: every version follows from the events that it and the versions before it name. */
import { canonical, same } from './canonical.ts';
import type { EventType } from './contracts.ts';
import { factsOf } from './facts.ts';
import type { Find } from './findings.ts';
import { type Chain, profileDigest, type Published } from './outputs.ts';
import { profileOf } from './profile.ts';
import type { Tree } from './read.ts';
import type { Statement } from './statements.ts';
import type { LogRecord, Rules } from './types.ts';

/** An accepted event, decoded, with what it says. */
export interface Accepted {
  readonly record: LogRecord;
  readonly type: EventType;
  readonly eventId: string;
  readonly occurredAt: number;
  readonly event: Tree;
  readonly statements: readonly Statement[];
}

export const statementsIn = (accepted: readonly Accepted[]): Statement[] =>
  accepted.flatMap(({ statements }) => statements);

/** Causes are accepted events of the customer, each once, and together they explain the document. */
export const checkCauses = (
  customerId: string,
  accepted: readonly Accepted[],
  { versions, sound }: Chain,
  find: Find,
): void => {
  const byId = Map.groupBy(accepted, ({ eventId }) => eventId);
  const seen = new Map<string, number>();
  for (const { version, causes, occurredAt } of versions) {
    let known = true;
    for (const eventId of causes) {
      const times = (seen.get(eventId) ?? 0) + 1;
      seen.set(eventId, times);
      const those = byId.get(eventId);
      known &&= those !== undefined;
      if (those === undefined) find('cause-unknown', customerId, `version ${version}`);
      // An id that was used for two contents may have changed the customer twice.
      else if (times > 1 && times > contentsOf(those)) find('cause-repeated', customerId, `version ${version}`);
    }
    const dates = causes.map((eventId) => (byId.get(eventId) ?? []).map((each) => each.occurredAt));
    const earliest = Math.max(...dates.map((each) => Math.min(...each)));
    const latest = Math.max(...dates.map((each) => Math.max(...each)));
    if (known && (occurredAt < earliest || occurredAt > latest)) {
      find('output-envelope', customerId, `version ${version}: occurredAt`);
    }
  }
  if (!sound) return;
  const named = accepted.filter(({ eventId }) => seen.has(eventId));
  if (named.length === accepted.length) return;
  if (!same(factsOf(statementsIn(named)), factsOf(statementsIn(accepted)))) {
    find('causes-incomplete', customerId);
  }
};

const contentsOf = (accepted: readonly Accepted[]): number =>
  new Set(accepted.map(({ event }) => canonical(event))).size;

/** How many events may be folded again for one customer, so that one who comes often does not take minutes. */
const FOLDED_AT_MOST = 500;

/**
 * What was not a cause changed nothing at its time, so that a version follows from the causes so far. Not so where an id was
 * used for two contents: which of them it was cannot be known.
 */
export const isReplayable = (accepted: readonly Accepted[], { sound }: Chain): boolean => {
  const byId = new Map(accepted.map((each) => [each.eventId, each]));
  return sound && accepted.every((each) => isSame(each, byId.get(each.eventId)));
};

/** What the causes of each version say; nothing when they do not tell. */
export const causesOf = function* (
  accepted: readonly Accepted[],
  chain: Chain,
): Generator<{ published: Published; statements: Statement[] }> {
  if (!isReplayable(accepted, chain)) return;
  const byId = new Map(accepted.map((each) => [each.eventId, each]));
  for (const published of chain.versions) {
    yield { published, statements: published.causes.flatMap((eventId) => byId.get(eventId)?.statements ?? []) };
  }
};

/** What is known of a customer with a version. */
export interface State {
  readonly published: Published;
  readonly facts: Tree;
  readonly profile: Tree;
}

/** Every version with what is known by then; beyond a bound, some of them. */
export const replayed = function* (accepted: readonly Accepted[], chain: Chain, rules: Rules): Generator<State> {
  const ids = new Set(accepted.map(({ eventId }) => eventId)).size;
  const every = Math.ceil((chain.versions.length * ids) / 2 / FOLDED_AT_MOST);
  const known: Statement[] = [];
  let i = 0;
  for (const { published, statements } of causesOf(accepted, chain)) {
    known.push(...statements);
    if (i % every === 0) {
      const facts = factsOf(known);
      yield { published, facts, profile: profileOf(facts, rules) };
    }
    i += 1;
  }
};

export const checkProfile = (customerId: string, { published, profile }: State, find: Find): void => {
  if (profileDigest(profile) !== published.profileDigest) {
    find('output-differs', customerId, `version ${published.version}`);
  }
};

const isSame = (a: Accepted, b: Accepted | undefined): boolean =>
  a === b || (b !== undefined && same(a.event, b.event));
