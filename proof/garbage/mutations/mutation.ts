/** What a mutation is given and gives. */
import type { Random } from '../../../src/traffic/random.ts';
import type { Message } from '../cases.ts';
import type { Good } from '../goods.ts';

export interface Subject {
  readonly random: Random;
  /** As good as it was. */
  readonly good: Good;
  /** Some that came before it, of any customer and type. */
  readonly others: readonly [Good, ...Good[]];
}

/** Of a message that may have been mutated before; the very same one where it cannot be done. */
export type Mutation = (message: Message, subject: Subject) => Message;

export const spliced = (bytes: Buffer, start: number, end: number, ...between: readonly Uint8Array[]): Buffer =>
  Buffer.concat([bytes.subarray(0, start), ...between, bytes.subarray(end)]);

export const randomBytes = (random: Random, length: number): Buffer =>
  Buffer.from(Array.from({ length }, () => random.int(0, 255)));

export const oneOf = <T>(random: Random, list: readonly T[]): T => {
  const found = list[random.int(0, list.length - 1)];
  if (found === undefined) throw new RangeError('there is nothing to choose from');
  return found;
};
