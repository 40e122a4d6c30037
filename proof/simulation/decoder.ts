/** Values back to events: each is the number of an input. The registry does not know some schemas yet. */
import { ProfileError } from '../../src/errors.ts';
import { refuse } from '../../src/domain/refusal.ts';
import type { EventDecoder } from '../../src/pipeline/ports.ts';
import { numberOf } from './inputs.ts';
import type { Caller } from './call.ts';
import type { World } from './world.ts';

/** How often a member's patience with an unknown schema has run out. */
const GRACE_OVER = 0.5;

/** How often the registry's node that is asked has learned what others know. */
const UP_TO_DATE = 0.5;

/** The decoder of one member, which remembers what it has learned. */
export const createDecoder = (world: World, caller: Caller): EventDecoder => {
  let knowsUsual = false;
  let knowsUnusual = false;
  const learn = (): void => {
    knowsUsual = true;
    knowsUnusual ||= world.schemaKnown && world.random.chance(UP_TO_DATE);
  };
  const isUnusual = (value: Buffer | null): boolean => world.inputs.all[numberOf(value)]?.verdict === 'either';
  return {
    prepare: async (values) => {
      const unusual = !knowsUnusual && values.some(isUnusual);
      if (knowsUsual && !unusual) return;
      await world.call(caller, {
        name: 'registry.learn',
        server: 'registry',
        effects: [learn],
        answer: () => undefined,
      });
      if (unusual && !knowsUnusual && !world.random.chance(GRACE_OVER)) {
        throw new ProfileError('SCHEMA_UNKNOWN', 'the registry may learn it yet');
      }
    },
    decode: (_topic, value) => {
      const input = world.inputs.all[numberOf(value)];
      if (input === undefined) throw new TypeError('a value of no input');
      return input.verdict === 'either' && !knowsUnusual ? refuse('unknown-schema') : input.decoded;
    },
  };
};
