/** Which statement wins, whatever the order of arrival. */
import type { Guard } from '../guard.ts';

const REGISTER = 'src/domain/register.ts';
const MEDIA = 'src/domain/contact-media.ts';
const DERIVE_MEDIA = 'src/domain/derive/contact-mediums.ts';
const FACTS_TEST = 'test/unit/domain/facts.test.ts';
const DERIVE_TEST = 'test/unit/domain/derive.test.ts';
const MEDIA_TEST = 'test/unit/domain/contact-media.test.ts';
const PROVENANCE_TEST = 'test/unit/domain/provenance.test.ts';
const STAYS_VERIFIED = 'stay as they were verified, however a source that did not verify them writes them later';
const CALLED_PREFERRED = 'of a preferred contact is who called it preferred last, whoever mentions it later';
const CONVERGENCE_TEST = 'test/property/convergence.test.ts';

export const orderOfFacts: readonly Guard[] = [
  {
    name: 'The time of a statement counts before the version of what it describes.',
    rule: 'facts',
    edits: [
      {
        file: REGISTER,
        find: `  a.version - b.version ||
  a.at - b.at ||
`,
        replace: `  a.at - b.at ||
  a.version - b.version ||
`,
      },
    ],
    caughtBy: { file: DERIVE_TEST, test: 'stand in their highest version, not their latest arrival' },
  },
  {
    name: 'The time of a statement does not count.',
    rule: 'facts',
    edits: [{ file: REGISTER, find: '  a.at - b.at ||\n', replace: '' }],
    caughtBy: { file: FACTS_TEST, test: 'yields to' },
  },
  {
    name: 'Statements of one time are not ordered by their events.',
    rule: 'facts',
    edits: [{ file: REGISTER, find: '  compare(a.by, b.by) ||\n', replace: '' }],
    caughtBy: { file: FACTS_TEST, test: 'yields to' },
  },
  {
    name: 'One event id with two contents: the first to arrive wins.',
    rule: 'facts',
    edits: [{ file: REGISTER, find: '  compareValues(a.value, b.value) ||\n', replace: '' }],
    caughtBy: { file: 'test/property/permutations.test.ts', test: 'one event id, one time, different content' },
  },
  {
    name: 'The last to arrive wins.',
    rule: 'facts',
    edits: [
      {
        file: REGISTER,
        find: 'wins(candidate, known) ? [candidate, known] : [known, candidate];',
        replace: '[candidate, known];',
      },
    ],
    caughtBy: {
      file: CONVERGENCE_TEST,
      test: 'gives byte-equal facts and profile for any order, duplication and batching of the same events',
    },
  },
  {
    name: 'The answer about a link that arrives last counts.',
    rule: 'facts',
    edits: [
      {
        file: REGISTER,
        find: 'known === undefined || wins(candidate, known) ? candidate : known;',
        replace: 'candidate;',
      },
    ],
    caughtBy: {
      file: 'test/unit/domain/links.test.ts',
      test: 'is what the answer of the highest version says, in whatever order they come',
    },
  },
  {
    name: 'An event that says nothing new makes new facts.',
    rule: 'facts',
    edits: [
      {
        file: 'src/domain/keyed.ts',
        find: 'names.every((name) => known[name] === members[name]) ? known :',
        replace: 'names.length === 0 ? known :',
      },
    ],
    caughtBy: {
      file: CONVERGENCE_TEST,
      test: 'keeps the very facts when an event is merged again, also after storing',
    },
  },
  {
    name: 'An empty field overwrites what is known.',
    rule: 'facts',
    edits: [
      { file: REGISTER, find: "if (value == null || value === '') continue;", replace: 'if (value == null) continue;' },
    ],
    caughtBy: { file: DERIVE_TEST, test: 'takes each field from the latest event that states it' },
  },
  {
    name: 'Identifiers that every object inherits are found in an empty map.',
    rule: 'facts',
    edits: [
      { file: 'src/domain/keyed.ts', find: 'Object.hasOwn(map, key) ? map[key] : undefined;', replace: 'map[key];' },
    ],
    caughtBy: { file: FACTS_TEST, test: 'hold an order called' },
  },
  {
    name: 'Consents are ordered by when they were heard of, not by when they were decided.',
    rule: 'facts',
    edits: [{ file: 'src/domain/consents.ts', find: 'register({ ...stamp, at }', replace: 'register(stamp' }],
    caughtBy: {
      file: DERIVE_TEST,
      test: 'in force are those whose latest decision grants them, with their end as data',
    },
  },
  {
    name: 'A credit check is as old as the contract that carries it.',
    rule: 'facts',
    edits: [
      {
        file: 'src/domain/inputs/contract-signed.ts',
        find: 'const at = Math.min(creditProfile?.checkedAt ?? stamp.at, stamp.at);',
        replace: 'const { at } = stamp;',
      },
    ],
    caughtBy: { file: FACTS_TEST, test: 'date a credit check by the check, not by the contract that carries it' },
  },
  {
    name: 'An unverified contact displaces a verified one.',
    rule: 'facts',
    edits: [
      {
        file: DERIVE_MEDIA,
        find: '  RANK[a.validation] - RANK[b.validation] ||\n',
        replace: '',
      },
    ],
    caughtBy: { file: MEDIA_TEST, test: 'that are unverified never displace a verified one from being preferred' },
  },
  {
    name: 'A later mention takes a contact’s validation away.',
    rule: 'facts',
    edits: [
      {
        file: MEDIA,
        find: "...(validation === 'verified' || validation === 'invalid' ? { validation: register(stamp, validation) } : {}),",
        replace: 'validation: register(stamp, validation),',
      },
    ],
    caughtBy: {
      file: MEDIA_TEST,
      test: 'that are verified stay so whatever is not a statement; a later statement counts',
    },
  },
  {
    name: 'A contact was first seen when it was first heard of.',
    rule: 'facts',
    edits: [{ file: MEDIA, find: 'Math.min(known.firstSeenAt, said.firstSeenAt)', replace: 'known.firstSeenAt' }],
    caughtBy: { file: MEDIA_TEST, test: 'remember when they were first seen, at the epoch too' },
  },
  {
    name: 'A mention overwrites what was verified.',
    rule: 'facts',
    edits: [
      {
        file: MEDIA,
        find: "register({ ...stamp, version: validation === 'verified' ? 1 : 0 }, fact)",
        replace: 'register(stamp, fact)',
      },
    ],
    caughtBy: { file: MEDIA_TEST, test: STAYS_VERIFIED },
  },
  {
    name: 'A verified contact was last seen when it was verified.',
    rule: 'facts',
    edits: [{ file: DERIVE_MEDIA, find: 'lastSeenAt: lastSeen(facts)', replace: 'lastSeenAt: medium.at' }],
    caughtBy: { file: MEDIA_TEST, test: STAYS_VERIFIED },
  },
  {
    name: 'A contact was validated by whoever mentioned it.',
    rule: 'facts',
    edits: [{ file: DERIVE_MEDIA, find: 'provenanceOf(facts.validation)', replace: 'provenanceOf(medium)' }],
    caughtBy: { file: MEDIA_TEST, test: 'say which statement validated them, and not which mentioned them' },
  },
  {
    name: 'That a contact is preferred comes from whoever mentioned it last.',
    rule: 'facts',
    edits: [
      {
        file: 'src/domain/derive/preferences.ts',
        find: 'lookup(contactMediums, id)?.preferred',
        replace: 'lookup(contactMediums, id)?.medium',
      },
    ],
    caughtBy: { file: PROVENANCE_TEST, test: CALLED_PREFERRED },
  },
  {
    name: 'That a contact is preferred comes from the first to say so.',
    rule: 'facts',
    edits: [
      {
        file: MEDIA,
        find: 'mergeRegister(known.preferred, said.preferred)',
        replace: 'known.preferred ?? said.preferred',
      },
    ],
    caughtBy: { file: PROVENANCE_TEST, test: CALLED_PREFERRED },
  },
  {
    name: 'How the customer pays comes from an order that never came about.',
    rule: 'facts',
    edits: [
      {
        file: 'src/domain/ledger/ledger.ts',
        find: "order.paymentMethod === undefined || (order.state !== 'completed' && order.state !== 'partial')",
        replace: 'order.paymentMethod === undefined',
      },
    ],
    caughtBy: { file: PROVENANCE_TEST, test: 'of how the customer pays is the order that came about last' },
  },
  {
    name: 'What two systems stated under one event id comes from one of them.',
    rule: 'facts',
    edits: [
      {
        file: 'src/domain/derive/provenance.ts',
        find: ' || compare(sourceSystem, source);',
        replace: ';',
      },
    ],
    caughtBy: {
      file: PROVENANCE_TEST,
      test: 'tells events of one time by their ids, and one id that was used twice by the system',
    },
  },
  {
    name: 'Orders take effect when they are heard of.',
    rule: 'facts',
    edits: [{ file: 'src/domain/past/past.ts', find: 'a.effectiveAt - b.effectiveAt || ', replace: '' }],
    caughtBy: {
      file: 'test/unit/domain/products.test.ts',
      test: 'take effect when orders were completed, not when they were heard of',
    },
  },
];
