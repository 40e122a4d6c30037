/** Mutants by the hundred thousand: makes them, plays them in cells, counts, and keeps the first findings. */
import { createRandom } from '../../src/traffic/random.ts';
import { verdictOf } from '../judge/verdict.ts';
import { TOLERANCE_MS } from './cases.ts';
import { type Finding, type Member, playCell } from './cell.ts';
import type { Judge } from './checks.ts';
import { type Good, goodMessages } from './goods.ts';
import { type Mutant, mutantOf } from './mutate.ts';
import type { Road } from './road.ts';
import { OFFLINE_SCHEMAS } from './writers.ts';

export interface RunOptions {
  readonly messages: number;
  readonly seed: number;
  readonly road: Road;
  readonly judge?: Judge;
  readonly onProgress?: (tally: Tally) => void;
}

export interface Told extends Finding {
  /** How the mutant was made; null where the finding is about no single one. */
  readonly mutant: Mutant | null;
  readonly cell: number;
}

export interface Tally {
  mutants: number;
  /** Good messages among them. */
  goods: number;
  /** Mutants by `applied` or the reason of their refusal. */
  readonly outcomes: Record<string, number>;
  /** How often each mutation was done. */
  readonly mutations: Record<string, number>;
  readonly counts: Record<string, number>;
  /** The first of them. */
  readonly findings: Told[];
}

export const offlineJudge: Judge = (record) =>
  verdictOf(record, {
    prefix: '',
    rekeyed: [],
    partitions: 1,
    futureToleranceMs: TOLERANCE_MS,
    schemas: OFFLINE_SCHEMAS,
  });

const BEFORE = 4;
const GOODS = 8;
const MUTANTS = 32;
/** So many good messages are remembered, for mutants to take from. */
const REMEMBERED = 64;
const KEPT_FINDINGS = 20;

/** Memory does not depend on the number of messages. */
export const runGarbage = async ({
  messages,
  seed,
  road,
  judge = offlineJudge,
  onProgress,
}: RunOptions): Promise<Tally> => {
  const tally: Tally = { mutants: 0, goods: 0, outcomes: {}, mutations: {}, counts: {}, findings: [] };
  const source = goodMessages(seed);
  const remembered: Good[] = [];
  const next = (): Good => {
    const good = source.next().value;
    remembered.push(good);
    if (remembered.length > REMEMBERED) remembered.shift();
    return good;
  };

  for (let cell = 0; tally.mutants < messages; cell++) {
    const random = createRandom(seed, 3, cell);
    const before = Array.from({ length: BEFORE }, next);
    const goods = Array.from({ length: GOODS }, next);
    const members: Member[] = goods.map(({ message }) => ({ message, mutant: false }));
    const made = new Map<Member, Mutant>();
    for (let left = Math.min(MUTANTS, messages - tally.mutants); left > 0; left--) {
      const [first = next(), ...rest] = remembered;
      const others = [first, ...rest] as const;
      const good = others[random.int(others.length - GOODS - BEFORE, others.length - 1)] ?? first;
      const mutant = mutantOf(seed, tally.mutants, good, others);
      const member = { message: mutant.message, mutant: true };
      made.set(member, mutant);
      members.splice(random.int(0, members.length), 0, member);
      tally.mutants += 1;
      for (const name of mutant.how) tally.mutations[name] = (tally.mutations[name] ?? 0) + 1;
    }
    tally.goods += BEFORE + GOODS;
    const { findings, outcomes } = await playCell(
      road,
      judge,
      before.map(({ message }) => message),
      members,
    );
    for (const outcome of outcomes) tally.outcomes[outcome] = (tally.outcomes[outcome] ?? 0) + 1;
    for (const finding of findings) {
      tally.counts[finding.kind] = (tally.counts[finding.kind] ?? 0) + 1;
      if (tally.findings.length >= KEPT_FINDINGS) continue;
      tally.findings.push({ ...finding, cell, mutant: (finding.member && made.get(finding.member)) ?? null });
    }
    onProgress?.(tally);
  }
  return tally;
};
