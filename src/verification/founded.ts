/** Whether it was right to erase somebody of whom nothing is left: letters tell what came too late, and so what was known. */
import { canonicalJson } from '../domain/canonical.ts';
import { cut } from '../domain/cuts.ts';
import { erase, isErasure } from '../domain/erasure.ts';
import type { InputEvent } from '../domain/events.ts';
import { emptyFacts, type Facts } from '../domain/facts.ts';
import type { ProfileCommand } from '../domain/generated/ProfileCommand.ts';
import { merge } from '../domain/merge.ts';
import { rule } from '../domain/retention/carry-out.ts';
import type { Decision } from '../domain/retention/decide.ts';
import type { Events } from './fold.ts';
import { type Decisions, isOf, type StoredDecision } from './decisions.ts';

/** Whether a decision is the recorded one. */
export const isSame = (recorded: StoredDecision, made: Decision): boolean =>
  wordsOf(recorded) === wordsOf({ ...made, orders: made.orders.length, agreements: made.agreements.length });

const wordsOf = ({ outcome, scope, evidence, orders, agreements }: Counted) =>
  canonicalJson({ outcome, scope, evidence, orders, agreements });

type Counted = Omit<Decision, 'orders' | 'agreements'> & Pick<StoredDecision, 'orders' | 'agreements'>;

interface Ended extends Events {
  readonly command: ProfileCommand;
  /** Of the customer, all of them. */
  readonly commands: readonly ProfileCommand[];
}

/** Erasures and stays in the archive from before may have been over by then, or come later: whatever is told by it is right. */
export const isFounded = ({ command, events, late, commands }: Ended, decisions: Decisions): boolean => {
  const recorded = decisions.get(command.eventId);
  if (recorded === undefined) return false;
  const earlier = commands.flatMap(({ eventId, occurredAt }) => {
    const decision = decisions.get(eventId);
    return decision !== undefined && occurredAt < command.occurredAt ? [decision] : [];
  });
  // Which of the entries went then nothing tells any more.
  if (earlier.some(({ orders, agreements }) => orders + agreements > 0)) return true;
  const requests = events.filter((input) => isErasure(input) && input.event.occurredAt < command.occurredAt);
  const erasures = [...requests.map(({ event }) => event.occurredAt), ...asOfs(earlier, 'erased')];
  const stays = [null, ...asOfs(earlier, 'archived')];
  return beginningsOf(late).some((also) => {
    const known = knownBy(command.occurredAt, [...events, ...also], earlier);
    const lives = [known, ...erasures.map((at) => erase(known, { at, policy: '' }))];
    return lives.some((facts) =>
      stays.some((at) => isSame(recorded, rule(facts, command, { archivedAt: at }).decision)),
    );
  });
};

/** Of a batch that is read again after its erasure was saved there are letters as well: in each topic they are the first ones. */
const beginningsOf = (late: readonly InputEvent[]): InputEvent[][] =>
  [...Map.groupBy(late, ({ type }) => type).values()].reduce<InputEvent[][]>(
    (all, ofTopic) =>
      all.flatMap((those) => [0, ...ofTopic.keys().map((i) => i + 1)].map((n) => [...those, ...ofTopic.slice(0, n)])),
    [[]],
  );

const asOfs = (decisions: readonly StoredDecision[], wanted: Decision['outcome']): number[] =>
  decisions.filter((decision) => isOf(decision, wanted)).map(({ asOf }) => asOf);

const knownBy = (time: number, events: readonly InputEvent[], earlier: readonly StoredDecision[]): Facts => {
  const said = events.filter(
    (input) => input.event.occurredAt <= time && input.type !== 'ProfileCommand' && !isErasure(input),
  );
  const facts = said.reduce(merge, emptyFacts);
  return asOfs(earlier, 'minimised').reduce((left, at) => cut(left, 'person', { at, policy: '' }), facts);
};
