/** Who is told how many customers share a value: set membership and a bounded look at it, never a counter. */
import type { CustomerLink } from '../../domain/generated/CustomerLink.ts';
import { MOST_OTHERS } from '../../domain/links.ts';
import type { LinkMember, StandingMember } from '../ports.ts';

/** A statement as it was read: of several about one link the latest has the highest offset. */
export interface Statement {
  readonly offset: number;
  readonly said: CustomerLink;
}

/** To one customer about one link. */
export interface Answer extends LinkMember {
  readonly link: string;
  /** How many others have it, `MOST_OTHERS` for as many or more; null for who has it no more. */
  readonly customers: number | null;
  /** Offset of the latest statement that it takes into account: later answers have higher ones. */
  readonly version: number;
  /** When the latest event behind it happened, ms. */
  readonly occurredAt: number;
}

/** So many of a link, the longest-standing first, say how many others each has, and who may have had fewer before. */
export const MEMBERS_LOOKED_AT = MOST_OTHERS + 1;

/**
 * The statements of one batch about one link, once they are stored. `members`: the longest-standing of the link, as stored now.
 *
 * Beyond `MOST_OTHERS` nobody's number changes. Whoever had a smaller one before the batch is among the longest-standing still,
 * since all that have come meanwhile stand behind; and whoever has a smaller one now is one of few. So it is enough to tell
 * those, and those that the statements are about; and only these where the 21st has stood since before the batch: whoever once had a
 * smaller number was told otherwise when the 21st came. Redelivered statements tell again, in batches of any size.
 */
export const answersTo = (
  link: string,
  statements: readonly Statement[],
  members: readonly StandingMember[],
): Answer[] => {
  const others = Math.min(Math.max(members.length - 1, 0), MOST_OTHERS);
  const version = Math.max(...statements.map(({ offset }) => offset));
  const occurredAt = Math.max(...statements.map(({ said }) => said.occurredAt));
  const answer = ({ customerId, partition }: LinkMember, customers: number | null): Answer => ({
    ...{ customerId, partition, link, customers, version, occurredAt },
  });
  const subjects = latestOf(statements).map(({ said }) => said);
  // Nobody was ever told of others where nobody has left and nobody else has come, unless they say so.
  if (others === 0 && subjects.every(({ linked, told }) => linked && !told)) return [];

  const answers = new Map(subjects.map((said) => [said.customerId, answer(said, said.linked ? others : null)]));
  const first = Math.min(...statements.map(({ offset }) => offset));
  const wasCrowded = (members[MOST_OTHERS]?.since ?? Infinity) < first;
  if (!wasCrowded)
    for (const member of members.slice(0, MOST_OTHERS)) answers.set(member.customerId, answer(member, others));
  return [...answers.values()];
};

/** Of each customer and link the statement of the highest version. */
export const latestOf = (statements: readonly Statement[]): Statement[] => {
  const latest = new Map<string, Statement>();
  for (const statement of statements) {
    const { link, customerId, version } = statement.said;
    const id = `${link}/${customerId}`;
    const known = latest.get(id);
    if (known === undefined || version >= known.said.version) latest.set(id, statement);
  }
  return [...latest.values()];
};
