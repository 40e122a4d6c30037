/** Causes: every version follows from the events that it and the versions before it name. */
import { ARCHIVED, NOTHING_KNOWN } from './archived.ts';
import { canonical, same } from './canonical.ts';
import type { EventType } from './contracts.ts';
import { isRetention } from './decisions.ts';
import { erasureIn, factsOf } from './facts.ts';
import type { Find } from './findings.ts';
import { isOfOthers } from './consent.ts';
import { erasuresTold } from './tombstones.ts';
import type { Chain } from './outputs.ts';
import { isTombstone, profileDigest, type Published } from './published.ts';
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
  /** By it the customer moves to the archive as a whole. */
  readonly isArchival?: boolean;
}

export const statementsIn = (accepted: readonly Accepted[]): Statement[] =>
  accepted.flatMap(({ statements }) => statements);

/**
 * What all of them say. Answers about links are gone with an erasure, whatever their dates, and nobody heeds them who lies in the
 * archive; which of them count versions tell.
 */
export const everythingIn = (accepted: readonly Accepted[], chain: Chain | undefined): Statement[] => {
  const all = statementsIn(accepted);
  const wasErased = erasureIn(all) !== null;
  if (!wasErased && !accepted.some(({ isArchival }) => isArchival)) return all;
  const versions = chain?.versions ?? [];
  const last = versions.findLastIndex(isTombstone);
  const since = new Set(versions.slice(last + 1).flatMap(({ causes }) => causes));
  return all.filter(({ about: [section], by }) => !isOfOthers(section) || ((last >= 0 || !wasErased) && since.has(by)));
};

/** Causes are accepted events of the customer, each once, and together they explain the document. */
export const checkCauses = (customerId: string, accepted: readonly Accepted[], chain: Chain, find: Find): void => {
  const { versions, sound } = chain;
  const byId = Map.groupBy(accepted, ({ eventId }) => eventId);
  const seen = new Map<string, number>();
  for (const { version, causes, occurredAt } of versions) {
    if (occurredAt === null) continue;
    let known = true;
    for (const eventId of causes) {
      const times = (seen.get(eventId) ?? 0) + 1;
      seen.set(eventId, times);
      const those = byId.get(eventId);
      known &&= those !== undefined;
      if (those === undefined) find('cause-unknown', customerId, `version ${version}`);
      // An id that was used for two contents may have changed the customer twice.
      // A batch that is read again once it was saved may find more for a command to do.
      else if (times > 1 && times > contentsOf(those) && !those.some(({ event }) => isRetention(event)))
        find('cause-repeated', customerId, `version ${version}`);
    }
    const dates = causes.map((eventId) => (byId.get(eventId) ?? []).map((each) => each.occurredAt));
    const earliest = Math.max(...dates.map((each) => Math.min(...each)));
    const latest = Math.max(...dates.map((each) => Math.max(...each)));
    if (known && (occurredAt < earliest || occurredAt > latest)) {
      find('output-envelope', customerId, `version ${version}: occurredAt`);
    }
  }
  if (!sound) return;
  const named = accepted.filter(({ eventId, statements }) => seen.has(eventId) || erasureIn(statements) !== null);
  if (named.length === accepted.length) return;
  if (!same(factsOf(everythingIn(named, chain)), factsOf(everythingIn(accepted, chain)))) {
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

interface Caused {
  readonly published: Published;
  /** What its causes say; with a tombstone, the erasure. */
  readonly statements: readonly Statement[];
  /** Whether it is known up to when all is gone by then. */
  readonly isCertain: boolean;
  /** Whether the customer lies in the archive by then. */
  readonly isArchived: boolean;
}

/** What the causes of each version say; nothing when they do not tell. */
export const causesOf = function* (accepted: readonly Accepted[], chain: Chain): Generator<Caused> {
  if (!isReplayable(accepted, chain)) return;
  const byId = new Map(accepted.map((each) => [each.eventId, each]));
  const told = erasuresTold(accepted, chain);
  let [isCertain, isArchived] = [true, false];
  for (const published of chain.versions) {
    if (isTombstone(published)) {
      const statements = told.get(published.version) ?? null;
      [isCertain, isArchived] = [statements !== null, false];
      yield { published, statements: statements ?? [], isCertain, isArchived };
      continue;
    }
    const statements = published.causes.flatMap((eventId) => byId.get(eventId)?.statements ?? []);
    const last = published.causes.at(-1);
    if (last !== undefined) isArchived = byId.get(last)?.isArchival === true;
    yield { published, statements, isCertain, isArchived };
  }
};

/** What is known online of a customer with a version. */
export interface State {
  readonly published: Published;
  readonly facts: Tree;
  /** Null with a tombstone. */
  readonly profile: Tree | null;
}

/** Every version with what is known by then; beyond a bound, some of them. */
export const replayed = function* (accepted: readonly Accepted[], chain: Chain, rules: Rules): Generator<State> {
  const ids = new Set(accepted.map(({ eventId }) => eventId)).size;
  const every = Math.ceil((chain.versions.length * ids) / 2 / FOLDED_AT_MOST);
  let known: Statement[] = [];
  let i = 0;
  for (const { published, statements, isCertain, isArchived } of causesOf(accepted, chain)) {
    if (isTombstone(published)) known = known.filter(({ about: [section] }) => !isOfOthers(section));
    known.push(...statements);
    if (isTombstone(published)) yield { published, facts: factsOf(statements), profile: null };
    else if (isArchived) yield { published, facts: NOTHING_KNOWN, profile: ARCHIVED };
    else if (isCertain && i % every === 0) {
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
