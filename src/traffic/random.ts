/** A source of choices that repeats itself for the same seeds. */
import { uniformFloat32 } from 'pure-rand/distribution/uniformFloat32';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

export interface Random {
  /** In [0, 1). */
  fraction(): number;
  /** Both ends included. */
  int(from: number, to: number): number;
  /** True once in 1 / `probability` times. */
  chance(probability: number): boolean;
  pick<T>(list: readonly [T, ...T[]]): T;
  /** Lower-case hexadecimal digits. */
  hex(digits: number): string;
  uuid(): string;
}

/** Several seeds make one source: a customer's own is seeded by the stream's seed and the customer's number. */
export const createRandom = (...seeds: readonly number[]): Random => {
  const generator = xoroshiro128plus(seeds.reduce(mix, 0));
  const fraction = (): number => uniformFloat32(generator);
  const int = (from: number, to: number): number => uniformInt(generator, from, to);
  const hex = (digits: number): string => {
    let text = '';
    while (text.length < digits) text += (generator.next() >>> 0).toString(16).padStart(8, '0');
    return text.slice(0, digits);
  };
  return {
    fraction,
    int,
    chance: (probability) => fraction() < probability,
    pick: (list) => list[int(0, list.length - 1)] ?? list[0],
    hex,
    uuid: () => {
      const digits = hex(32);
      return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-a${digits.slice(17, 20)}-${digits.slice(20)}`;
    },
  };
};

/** Seeds that differ by one must not give streams that resemble each other (the finalizer of MurmurHash3). */
const mix = (before: number, seed: number): number => {
  let mixed = (before ^ seed) + 0x9e37_79b9;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85eb_ca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35);
  return mixed ^ (mixed >>> 16);
};
