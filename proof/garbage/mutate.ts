/** Good messages to mutants: the same for the same seed and number. */
import { createRandom, type Random } from '../../src/traffic/random.ts';
import type { Message } from './cases.ts';
import type { Good } from './goods.ts';
import { blind } from './mutations/blind.ts';
import { envelope } from './mutations/envelope.ts';
import { type Mutation, oneOf } from './mutations/mutation.ts';
import { structures } from './mutations/structural.ts';

export interface Mutant {
  readonly message: Message;
  /** Names of the mutations, in the order in which they were done. */
  readonly how: readonly string[];
  readonly number: number;
}

type Named = readonly [name: string, mutation: Mutation];

const list = (mutations: Readonly<Record<string, Mutation>>): readonly Named[] => Object.entries(mutations);

const STRUCTURES = list(structures);
const BLIND = list(blind);
const ENVELOPE = list(envelope);

export const MUTATIONS: readonly string[] = [...STRUCTURES, ...BLIND, ...ENVELOPE].map(([name]) => name);

/** Most are changed once, so that there is one reason; structures first, for they take the good message. */
const choose = (random: Random): readonly Named[] => {
  const first = random.fraction();
  const named: Named[] = [oneOf(random, first < 0.5 ? STRUCTURES : first < 0.8 ? BLIND : ENVELOPE)];
  while (named.length < 4 && random.chance(0.25)) {
    named.push(oneOf(random, random.chance(0.7) ? BLIND : ENVELOPE));
  }
  return named;
};

export const mutantOf = (seed: number, number: number, good: Good, others: readonly [Good, ...Good[]]): Mutant => {
  const random = createRandom(seed, 2, number);
  const mutations = choose(random);
  const subject = { random, good, others };
  const message = mutations.reduce<Message>((before, [, mutation]) => mutation(before, subject), good.message);
  return { message, how: mutations.map(([name]) => name), number };
};
