/** By which name an audience hears of a customer, and that nothing else says who it is. */
import type { Guard } from '../guard.ts';

const AUDIENCES = 'src/pipeline/audiences.ts';
const ANNOUNCE = 'src/pipeline/announce.ts';
const CHURN = 'src/domain/audiences/churn.ts';
const NAMES_TEST = 'test/unit/pipeline/audience-names.test.ts';
const PSEUDONYMS_TEST = 'test/unit/pipeline/pseudonyms.test.ts';

const exchanged = { file: NAMES_TEST, test: 'the one ends with a tombstone, and the other begins' };
const agreements = {
  file: PSEUDONYMS_TEST,
  test: 'stand in the view of churn for the ids of agreements, in their own order, and change nothing else',
};
const toNobody = {
  file: 'test/proof/judge-audiences.test.ts',
  test: 'are told by a name of the customer, where there has been a key from the beginning',
};

export const names: readonly Guard[] = [
  {
    name: 'A view that is the same by another name is not told.',
    rule: 'names',
    edits: [{ file: AUDIENCES, find: ' || as !== told.as', replace: '' }],
    caughtBy: exchanged,
  },
  {
    name: 'A name that is given up does not end.',
    rule: 'names',
    edits: [
      {
        file: AUDIENCES,
        find: 'told.digest === null ? [begins] : [{ ...goesOn, view: null }, begins]',
        replace: '[begins]',
      },
    ],
    caughtBy: exchanged,
  },
  {
    name: 'A new name goes on with the chain of the old one.',
    rule: 'names',
    edits: [{ file: AUDIENCES, find: 'previousVersion: 0, view }', replace: 'previousVersion: told.version, view }' }],
    caughtBy: exchanged,
  },
  {
    name: 'A document does not hold the name.',
    rule: 'names',
    edits: [
      { file: AUDIENCES, find: '...toldOf(version, digest, as)', replace: '...toldOf(version, digest, undefined)' },
    ],
    caughtBy: { file: NAMES_TEST, test: 'a customer is told of by the name, and by no other as long as it stays' },
  },
  {
    name: 'A document does not hold the name before.',
    rule: 'names',
    edits: [
      {
        file: AUDIENCES,
        find: 'before: toldOf(told.version, told.digest, told.as)',
        replace: 'before: toldOf(told.version, told.digest, undefined)',
      },
    ],
    caughtBy: { file: NAMES_TEST, test: 'and would have told a new name leaves it to the next to end the old one' },
  },
  {
    name: 'A tombstone goes to a name that is new.',
    rule: 'names',
    edits: [{ file: AUDIENCES, find: 'view === null ? told.as : nameOf', replace: 'nameOf' }],
    caughtBy: {
      file: NAMES_TEST,
      test: 'hears it by the name that is given up at the same time, and nothing by the new one',
    },
  },
  {
    name: 'A version that comes again does not end the old name.',
    rule: 'names',
    edits: [
      {
        file: AUDIENCES,
        find: 'tellingsOf(name, state.before, state.as, view(customer))',
        replace: 'tellingsOf(name, { ...state.before, digest: null }, state.as, view(customer))',
      },
    ],
    caughtBy: { file: NAMES_TEST, test: 'repeats both when it is published at last' },
  },
  {
    name: 'A version is published under a name that is given up.',
    rule: 'names',
    edits: [
      {
        file: 'src/pipeline/plan.ts',
        find: 'if (renamed !== null) return',
        replace: 'if (renamed === undefined) return',
      },
    ],
    caughtBy: {
      file: 'test/unit/pipeline/plan.test.ts',
      test: 'gives way to another with the same marker and causes, of which nobody hears by the old name',
    },
  },
  {
    name: 'The key of a message is the customer’s id.',
    rule: 'names',
    edits: [{ file: ANNOUNCE, find: 'key: as,', replace: 'key: customerId,' }],
    caughtBy: toNobody,
  },
  {
    name: 'The id of an event says whose it is.',
    rule: 'names',
    edits: [{ file: ANNOUNCE, find: 'eventIdOf(as, version)', replace: 'eventIdOf(customerId, version)' }],
    caughtBy: toNobody,
  },
  {
    name: 'The headers say whose event it is.',
    rule: 'names',
    edits: [
      {
        file: ANNOUNCE,
        find: 'cloudEventHeaders(record, envelope, `/${outputs.group}`)',
        replace:
          'cloudEventHeaders(record, { ...envelope, eventId: eventIdOf(customerId, version) }, `/${outputs.group}`)',
      },
    ],
    caughtBy: toNobody,
  },
  {
    name: 'The ids of agreements lead to the customer.',
    rule: 'names',
    edits: [{ file: CHURN, find: "pseudonymOf('agreement', each.agreementId)", replace: 'each.agreementId' }],
    caughtBy: agreements,
  },
  {
    name: 'Agreements are in the order of their ids.',
    rule: 'names',
    edits: [{ file: CHURN, find: '\n    .sort((a, b) => compare(a.agreementId, b.agreementId));', replace: ';' }],
    caughtBy: agreements,
  },
  {
    name: 'An agreement with the id of a customer has the customer’s pseudonym.',
    rule: 'names',
    edits: [{ file: 'src/pipeline/pseudonyms.ts', find: '`${kind}:${id}`', replace: 'id' }],
    caughtBy: { file: PSEUDONYMS_TEST, test: 'tell kinds and keys apart' },
  },
  {
    name: 'Members do not know the key of churn models.',
    rule: 'names',
    edits: [
      {
        file: 'src/commands/compose.ts',
        find: ', config.audiences, config.audienceKeys)',
        replace: ', config.audiences)',
      },
    ],
    caughtBy: {
      file: 'test/integration/churn-key.test.ts',
      test: 'is given to one member after the other, and a refresh ends the ids',
    },
  },
  {
    name: 'The key of churn models is printed.',
    rule: 'names',
    edits: [
      { file: 'src/config.ts', find: 'config.audienceKeys.churn && HIDDEN', replace: 'config.audienceKeys.churn' },
    ],
    caughtBy: { file: 'test/unit/config.test.ts', test: 'shows no secret, whichever setting it is of' },
  },
];
