/** An audience whose names are exchanged at any time, while versions are lost, taken over and published again. */
import fc from 'fast-check';
import { customerOf } from '../../src/domain/derive.ts';
import { emptyFacts } from '../../src/domain/facts.ts';
import {
  type AudienceStates,
  type AudienceView,
  isNamedOtherwise,
  tellAgain,
  type Telling,
  tellOf,
} from '../../src/pipeline/audiences.ts';
import { RULES } from '../helpers/rules.ts';

const customerId = 'customer-1';
const customer = customerOf(emptyFacts, RULES);
/** The long form of the proof asks for more. */
const numRuns = Number(process.env['PROPERTY_RUNS'] ?? 1_000);

/** One member at work: what the audience may see by then, and the key it has. */
interface Step {
  readonly sees: string | null;
  /** 0: none. */
  readonly key: number;
  /** It crashes after the save. */
  readonly crashes: boolean;
  /** Nothing has happened since: what was lost comes again. */
  readonly again: boolean;
  readonly muted: boolean;
}

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    sees: fc.constantFrom('A', 'A', 'B', null),
    key: fc.constantFrom(0, 1, 1, 2),
    crashes: fc.boolean(),
    again: fc.boolean(),
    muted: fc.constantFrom(false, false, false, true),
  }),
  { maxLength: 12, size: 'max' },
);

const nameUnder = (key: number): string => (key === 0 ? customerId : `name ${key}`);

const audienceIn = ({ sees, key, muted }: Step): AudienceView => ({
  ...{ name: 'one', muted, view: () => (sees === null ? null : { sees, key }) },
  ...(key > 0 && { nameOf: () => nameUnder(key) }),
});

interface Known {
  readonly version: number;
  readonly view: object | null;
}

/** What the audience knows, by name: the chain under each holds as it hears of it. */
class Subscriber {
  readonly known = new Map<string, Known>();
  #last: string | null = null;

  hear({ as = customerId, previousVersion, view }: Telling, version: number): void {
    const before = this.known.get(as) ?? { version: 0, view: null };
    const isNew = this.#last !== as;
    expect(version).toBeGreaterThan(before.version);
    expect(previousVersion).toBe(isNew ? 0 : before.version);
    if (view === null) expect([isNew, before.view]).not.toContain(null);
    if (isNew) for (const other of this.known.values()) expect(other.view).toBeNull();
    this.known.set(as, { version, view });
    this.#last = as;
  }

  /** Of whom it knows something. */
  live(): Record<string, object> {
    return Object.fromEntries([...this.known].flatMap(([as, { view }]) => (view === null ? [] : [[as, view]])));
  }
}

it(
  'knows one name at a time, each a chain, and in the end what it may see by the name of now',
  () => {
    fc.assert(
      fc.property(steps, fc.constantFrom(0, 1, 2), (some, lastKey) => {
        const subscriber = new Subscriber();
        let states: AudienceStates = {};
        let [version, isUnpublished] = [0, false];
        let sees: string | null = null;
        // Of who made the version.
        let [key, isTold] = [0, true];
        const last = { key: lastKey, crashes: false, again: false, muted: false };
        const playing = [...some, { ...last, sees: 'B' }, { ...last, sees: 'B' }];
        for (const said of playing) {
          const comesAgain = said.again && isUnpublished;
          // Facts stay as they are until something happens.
          if (!comesAgain) ({ sees } = said);
          const step = { ...said, sees };
          const audiences = [audienceIn(step)];
          let tellings: readonly Telling[];
          if (comesAgain && !isNamedOtherwise(audiences, { customerId, version }, states)) {
            tellings = tellAgain(audiences, { customerId, customer, version }, states);
          } else {
            const before = { states, unpublishedVersion: isUnpublished ? version : null };
            version += 1;
            [key, isTold] = [step.key, !step.muted];
            ({ states, tellings } = tellOf(audiences, { customerId, customer, version }, before));
          }
          isUnpublished = step.crashes;
          if (step.crashes) continue;
          for (const telling of tellings) subscriber.hear(telling, version);
          // No view is told by a name that is not that of the member's key.
          for (const { as = customerId, view } of tellings) if (view !== null) expect(as).toBe(nameUnder(step.key));
          if (!isTold) continue;
          const expected = sees === null ? {} : { [nameUnder(key)]: { sees, key } };
          expect(subscriber.live()).toEqual(expected);
        }
        expect(subscriber.live()).toEqual({ [nameUnder(lastKey)]: { sees: 'B', key: lastKey } });
      }),
      { numRuns },
    );
  },
  10_000 + 10 * numRuns,
);
