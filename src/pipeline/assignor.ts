/** A member of the consumer group as the assignor sees it. */
export interface Candidate {
  readonly memberId: string;
  /** The tasks it says it owns. It may be wrong: two may claim one task, or one that does not exist. */
  readonly owned: readonly number[];
  /** Whether the claim dates from this very membership; one that the group has since kicked out ranks last. */
  readonly fresh: boolean;
}

/**
 * Gives tasks 0 … taskCount - 1 to members: each task to one member, sizes differing by at most one, moving no more
 * tasks than that takes. The same input gives the same plan, in whatever order the members are listed.
 */
export const planTasks = (taskCount: number, members: readonly Candidate[]): Map<string, number[]> => {
  const plan = new Map<string, number[]>();
  let free = Array.from({ length: taskCount }, (_, task) => task);

  for (const { memberId, owned } of members.toSorted(byRank)) {
    const claimed = new Set(owned);
    plan.set(
      memberId,
      free.filter((task) => claimed.has(task)),
    );
    free = free.filter((task) => !claimed.has(task));
  }

  // The sort is stable and the larger shares go to those who hold most: whoever can keep one task more does.
  const shares = [...plan.values()].sort((a, b) => b.length - a.length);
  const size = (index: number): number => Math.floor((taskCount + shares.length - 1 - index) / shares.length);
  shares.forEach((share, index) => free.push(...share.splice(size(index))));
  shares.forEach((share, index) => share.push(...free.splice(0, size(index) - share.length)));
  for (const share of shares) share.sort((a, b) => a - b);
  return plan;
};

const byRank = (a: Candidate, b: Candidate): number =>
  Number(b.fresh) - Number(a.fresh) || (a.memberId < b.memberId ? -1 : 1);
