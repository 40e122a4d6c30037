/** How often each fault has landed and missed, and which one is to come next. */
import type { Random } from '../../src/traffic/random.ts';
import type { Strike } from './nemesis.ts';
import type { Kind } from './options.ts';

export interface Count {
  landed: number;
  missed: number;
}

export type Tally = Readonly<Record<string, Readonly<Record<string, Readonly<Count>>>>>;

export class FaultTally {
  readonly #counts = new Map<Kind, Map<string, Count>>();
  readonly #underWay = new Map<string, number>();

  constructor(variants: ReadonlyMap<Kind, readonly string[]>) {
    for (const [kind, ofKind] of variants) {
      this.#counts.set(kind, new Map(ofKind.map((what) => [what, { landed: 0, missed: 0 }])));
    }
  }

  /** Of one kind, what has landed least, those under way included; by lot among equals. */
  next(kind: Kind, variants: readonly string[], random: Random): string {
    const tried = (what: string): number => {
      const { landed, missed } = this.#counts.get(kind)?.get(what) ?? { landed: 0, missed: 0 };
      // What keeps missing must not keep everything else waiting.
      const weight = variants.filter((each) => each === what).length;
      return (landed + missed / 4 + (this.#underWay.get(`${kind} ${what}`) ?? 0)) / weight;
    };
    const least = Math.min(...variants.map(tried));
    const candidates = variants.filter((what) => tried(what) <= least);
    const chosen = candidates[random.int(0, candidates.length - 1)] ?? '';
    this.#add(kind, chosen, 1);
    return chosen;
  }

  /** It was chosen, and could not be done at this moment. */
  gaveUp(kind: Kind, what: string): void {
    this.#add(kind, what, -1);
  }

  struck(kind: Kind, { what, landed }: Strike): void {
    this.#add(kind, what, -1);
    const ofKind = this.#counts.get(kind) ?? new Map<string, Count>();
    const count = ofKind.get(what) ?? { landed: 0, missed: 0 };
    if (landed) count.landed += 1;
    else count.missed += 1;
    ofKind.set(what, count);
    this.#counts.set(kind, ofKind);
  }

  #add(kind: Kind, what: string, count: number): void {
    const key = `${kind} ${what}`;
    this.#underWay.set(key, (this.#underWay.get(key) ?? 0) + count);
  }

  landedOf(kind: Kind): number {
    return [...(this.#counts.get(kind)?.values() ?? [])].reduce((sum, { landed }) => sum + landed, 0);
  }

  all(): Tally {
    return Object.fromEntries([...this.#counts].map(([kind, ofKind]) => [kind, Object.fromEntries(ofKind)]));
  }
}
