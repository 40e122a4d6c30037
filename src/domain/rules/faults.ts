/** Everything that is wrong with a file of rules, each with its place. */
export interface Faults {
  /** `place`: the rule and where in it, for example `rules[2] "seniors", match.party.birthDate`. */
  add(place: string, text: string): void;
  /** How many there are. */
  readonly count: number;
  /** One text a fault; beyond a hundred only how many more there are. */
  list(): string[];
}

const SHOWN = 100;

export const createFaults = (): Faults => {
  const texts: string[] = [];
  return {
    add: (place, text) => void texts.push(place === '' ? text : `${place}: ${text}`),
    get count() {
      return texts.length;
    },
    list: () => (texts.length <= SHOWN ? texts : [...texts.slice(0, SHOWN), `and ${texts.length - SHOWN} more`]),
  };
};
