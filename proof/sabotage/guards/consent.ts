/** Marketing sees those only who have agreed, and only what their consent reaches. */
import type { Guard } from '../guard.ts';

const CHANNELS = 'src/domain/audiences/permitted-channels.ts';
const CHANNELS_TEST = 'test/unit/domain/audiences/permitted-channels.test.ts';
const MARKETING = 'src/domain/audiences/marketing.ts';
const MARKETING_PROPERTIES = 'test/property/audience-marketing.test.ts';

export const consent: readonly Guard[] = [
  {
    name: 'Marketing sees a customer without consent.',
    rule: 'consent',
    edits: [{ file: MARKETING, find: 'if (channels.length === 0) return null;', replace: '' }],
    caughtBy: { file: MARKETING_PROPERTIES, test: 'sees nothing of a customer who has given no consent' },
  },
  {
    name: 'A refusal is taken for a consent.',
    rule: 'consent',
    edits: [
      {
        file: CHANNELS,
        find: 'if (decision === undefined || !decision.value.granted) return null;',
        replace: 'if (decision === undefined) return null;',
      },
    ],
    caughtBy: {
      file: MARKETING_PROPERTIES,
      test: 'sees nothing, for any interleaving, when every channel ever named, or any, was refused last',
    },
  },
  {
    name: 'A consent does not end.',
    rule: 'consent',
    edits: [{ file: CHANNELS, find: 'validTo === null || validTo > at', replace: 'validTo !== at' }],
    caughtBy: {
      file: CHANNELS_TEST,
      test: 'end at their validTo, as soon as anything is known to have happened by then',
    },
  },
  {
    name: 'Any channel stands for one that was refused.',
    rule: 'consent',
    edits: [{ file: CHANNELS, find: '(own === undefined || any.at > own.at)', replace: 'any.at > 0' }],
    caughtBy: { file: CHANNELS_TEST, test: 'are the others by name when any is granted but one is refused later' },
  },
  {
    name: 'Marketing gets contacts that no permitted channel reaches.',
    rule: 'consent',
    edits: [
      {
        file: MARKETING,
        find: "return reachable && validation !== 'invalid';",
        replace: "return validation !== 'invalid';",
      },
    ],
    caughtBy: {
      file: MARKETING_PROPERTIES,
      test: 'sees only contacts that a permitted channel reaches and that are not known to be invalid',
    },
  },
];
