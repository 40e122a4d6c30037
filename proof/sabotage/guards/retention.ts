/** Retention: in the order of the law, nothing lost on the way to the archive, and nothing brought back. */
import type { Guard } from '../guard.ts';

const DOMAIN_TEST = 'test/unit/domain/retention.test.ts';
const SERVERS = 'test/integration/retention.test.ts';
const CONVERGENCE = 'test/property/convergence.test.ts';
const DECIDE = 'src/domain/retention/decide.ts';
const CUTS = 'src/domain/cuts.ts';
const FOLD = 'src/pipeline/fold.ts';
const PROFILES = 'src/adapters/mongodb/profiles.ts';
const STORED = 'src/adapters/mongodb/stored.ts';
const WRITE = 'src/pipeline/write.ts';
const ARCHIVED = 'test/integration/archive.test.ts';
const BOX = 'test/unit/mongodb/archive.test.ts';
const COMMANDS = 'src/pipeline/retention.ts';
const EFFECTS = 'test/unit/pipeline/retention.test.ts';
const RULE = 'retention';

export const retention: readonly Guard[] = [
  {
    name: 'A legal hold keeps nobody.',
    rule: RULE,
    edits: [
      {
        file: DECIDE,
        find: "  if (evidence.isHeld) return { outcome: 'held', scope: 'customer', evidence, ...none };\n",
        replace: '',
      },
    ],
    caughtBy: { file: DOMAIN_TEST, test: 'a court holds it up' },
  },
  {
    name: 'A statutory period keeps nothing.',
    rule: RULE,
    edits: [{ file: DECIDE, find: 'if (floorUntil > asOf) {', replace: 'if (floorUntil > Infinity) {' }],
    caughtBy: { file: DOMAIN_TEST, test: 'it is over, and the law asks for the orders' },
  },
  {
    name: 'Nobody goes to the archive.',
    rule: RULE,
    edits: [
      {
        file: DECIDE,
        find: "consentAt === null ? 'erased' : 'archived'",
        replace: "consentAt === NaN ? 'archived' : 'erased'",
      },
    ],
    caughtBy: { file: DOMAIN_TEST, test: 'the customer agreed to the archive' },
  },
  {
    name: 'A consent that was withdrawn opens the archive.',
    rule: RULE,
    edits: [{ file: DECIDE, find: 'value.granted && (value.validTo', replace: '(value.validTo' }],
    caughtBy: { file: DOMAIN_TEST, test: 'by consent that is in force only' },
  },
  {
    name: 'An order goes that a product depends on.',
    rule: RULE,
    edits: [
      {
        file: 'src/domain/retention/lifetimes.ts',
        find: 'needed.has(id) ? null : at',
        replace: 'needed.has(id) ? at : at',
      },
    ],
    caughtBy: {
      file: DOMAIN_TEST,
      test: 'of single orders that no product depends on, and keeps the one that brought a product',
    },
  },
  {
    name: 'What was forgotten comes back with the next replay.',
    rule: RULE,
    edits: [
      {
        file: 'src/domain/inputs/order-finalized.ts',
        find: "event.occurredAt > cutUpTo(facts, 'orders', event.orderId)",
        replace: 'event.occurredAt > -Infinity',
      },
    ],
    caughtBy: {
      file: CONVERGENCE,
      test: 'gives byte-equal facts whatever is forgotten of them before, between and after the same events',
    },
  },
  {
    name: 'The last cut to arrive wins.',
    rule: RULE,
    edits: [{ file: CUTS, find: 'if (a === undefined) return b;', replace: 'return b;' }],
    caughtBy: {
      file: CONVERGENCE,
      test: 'gives byte-equal facts whatever is forgotten of them before, between and after the same events',
    },
  },
  {
    name: 'Who is restricted by retention stays so for ever.',
    rule: RULE,
    edits: [
      {
        file: 'src/domain/retention/ruling.ts',
        find: 'ruling.at >= lastHeardOf(facts)',
        replace: 'ruling.at >= -Infinity',
      },
    ],
    caughtBy: { file: DOMAIN_TEST, test: 'is restricted no more once something new is heard' },
  },
  {
    name: 'A profile is removed before its archive can be read.',
    rule: RULE,
    edits: [
      {
        file: 'src/adapters/mongodb/archive.ts',
        find: 'for (const { _id } of boxed) contentOf(found.get(_id), keys);',
        replace: 'for (const { _id } of boxed) found.get(_id);',
      },
    ],
    caughtBy: { file: BOX, test: 'lets nothing go that does not come back as it was' },
  },
  {
    name: 'What was put in the archive is not compared with what comes out.',
    rule: RULE,
    edits: [
      {
        file: 'src/adapters/mongodb/sealed.ts',
        find: 'text !== null && checksumOf(text) === checksum',
        replace: 'text !== null',
      },
    ],
    caughtBy: { file: SERVERS, test: 'is not worked on while the archive does not give back what was put in' },
  },
  {
    name: 'A link or a refresh restores a customer.',
    rule: RULE,
    edits: [
      {
        file: FOLD,
        find: 'if (archive !== null) return true;',
        replace: 'if (archive !== null) return false;',
      },
    ],
    caughtBy: {
      file: SERVERS,
      test: 'stays there when what is known comes again, and when links or refreshes are about them',
    },
  },
  {
    name: 'A new event leaves a customer in the archive.',
    rule: RULE,
    edits: [{ file: FOLD, find: '    archive = null;\n', replace: '' }],
    caughtBy: { file: SERVERS, test: 'is back with all that was known at the first new event' },
  },
  {
    name: 'The archive keeps who is erased.',
    rule: RULE,
    edits: [{ file: PROFILES, find: 'await archive.remove(writes.flatMap(leavesArchive));', replace: '' }],
    caughtBy: { file: SERVERS, test: 'is erased from there on request' },
  },
  {
    name: 'What a zombie has put in the archive of who is erased stays there.',
    rule: RULE,
    edits: [{ file: PROFILES, find: 'if (place === undefined) continue;', replace: 'continue;' }],
    caughtBy: { file: ARCHIVED, test: 'what a zombie has put there of who was erased goes' },
  },
  {
    name: 'What a crash has left in the archive of who was erased, and is known again, stays there.',
    rule: RULE,
    edits: [{ file: WRITE, find: 'all: erased !== undefined }', replace: 'all: false && erased !== null }' }],
    caughtBy: { file: ARCHIVED, test: 'nothing from before an erasure stays there' },
  },
  {
    name: 'What a crash has left in the archive of who came back stays there.',
    rule: RULE,
    edits: [
      { file: WRITE, find: 'outdated: isPublished ? null :', replace: 'outdated: isPublished || !erased ? null :' },
    ],
    caughtBy: { file: ARCHIVED, test: 'nothing stays there of who came back' },
  },
  {
    name: 'What was put in the archive for a version that was never saved stays there.',
    rule: RULE,
    edits: [{ file: WRITE, find: '      { version: version + 1, epoch },\n', replace: '' }],
    caughtBy: { file: ARCHIVED, test: 'what was put there for a version that nobody saved goes' },
  },
  {
    name: 'What was put in the archive beside a version that was saved stays there after a crash.',
    rule: RULE,
    edits: [
      {
        file: WRITE,
        find: '...(isPublished || archive === undefined ? [] :',
        replace: '...(archive === undefined || archive !== null ? [] :',
      },
    ],
    caughtBy: { file: ARCHIVED, test: 'what lies beside it there goes' },
  },
  {
    name: 'Whatever lies in the archive is asked for at every save.',
    rule: RULE,
    edits: [{ file: WRITE, find: 'if (isPublished && before.epoch === epoch) return null;', replace: '' }],
    caughtBy: { file: 'test/unit/pipeline/write.test.ts', test: 'nothing is looked for in the archive' },
  },
  {
    name: 'A zombie removes from the archive what it finds there, whoever has put it there.',
    rule: RULE,
    edits: [{ file: PROFILES, find: 'Math.min(epoch, upTo)', replace: 'Math.max(epoch, upTo)' }],
    caughtBy: { file: ARCHIVED, test: 'a zombie that meets somebody erased removes nothing' },
  },
  {
    name: 'One entry that cannot be opened ends the search for who is due.',
    rule: RULE,
    edits: [
      {
        file: 'src/adapters/mongodb/due-customers.ts',
        find: "if (isProfileError(error, 'ARCHIVE_DAMAGED')) return error;",
        replace: "if (isProfileError(error, 'CLOSED')) return error;",
      },
    ],
    caughtBy: { file: ARCHIVED, test: 'keeps no others from being found due' },
  },
  {
    name: 'What an owner archives goes with what it finds there.',
    rule: RULE,
    edits: [
      {
        file: 'src/adapters/mongodb/archive.ts',
        find: '...(upTo !== undefined && { epoch: { $lte: upTo } }),',
        replace: '...(upTo !== undefined && {}),',
      },
    ],
    caughtBy: { file: ARCHIVED, test: 'though it finds beside the profile what a zombie has archived' },
  },
  {
    name: 'A zombie that brings somebody back takes away what its successor counts on.',
    rule: RULE,
    edits: [{ file: PROFILES, find: 'find(stubs, customersOf(returned).flatMap(namesOf)),', replace: '' }],
    caughtBy: { file: ARCHIVED, test: 'a zombie brings nobody back' },
  },
  {
    name: 'A zombie that erases somebody takes away what its successor keeps.',
    rule: RULE,
    edits: [{ file: PROFILES, find: 'find(profiles, customersOf(ofStubs.filter(isNew))),', replace: '' }],
    caughtBy: { file: ARCHIVED, test: 'a zombie erases nothing' },
  },
  {
    name: 'A decision that no majority has acknowledged is taken for recorded.',
    rule: RULE,
    edits: [
      {
        file: 'src/adapters/mongodb/errors.ts',
        find: 'error.result.getWriteConcernError() === undefined;',
        replace: 'error.code !== undefined;',
      },
      { file: 'src/adapters/mongodb/errors.ts', find: '[error.writeErrors].flat().length > 0 &&', replace: '' },
    ],
    caughtBy: { file: ARCHIVED, test: 'is not recorded before the majority has it' },
  },
  {
    name: 'What a zombie has put in the archive stays there.',
    rule: RULE,
    edits: [
      {
        file: STORED,
        find: 'if (lost.archive === undefined) return',
        replace: 'if (lost.archive === lost.archive) return',
      },
    ],
    caughtBy: { file: SERVERS, test: 'a zombie archives nobody whom its successor has heard of' },
  },
  {
    name: 'A command that comes twice takes back its decision.',
    rule: RULE,
    edits: [
      {
        file: 'src/adapters/mongodb/retention.ts',
        find: "effect === 'done' ? { epoch: NO_EPOCH } :",
        replace: "effect === 'done' ? {} :",
      },
    ],
    caughtBy: { file: SERVERS, test: 'goes there once, and is told of once, when a member crashes after' },
  },
  {
    name: 'The stub of an archived customer keeps what was cut.',
    rule: RULE,
    edits: [
      {
        file: 'src/adapters/mongodb/profile-writes.ts',
        find: '(cuts && !isInArchive && { cuts })',
        replace: '(cuts && (isInArchive || cuts) && { cuts })',
      },
    ],
    caughtBy: { file: 'test/integration/retention.test.ts', test: 'leaves behind no name of an order that was spared' },
  },
  {
    name: 'The stub of an archived customer names the events that led there.',
    rule: RULE,
    edits: [
      {
        file: 'src/adapters/mongodb/profile-writes.ts',
        find: '{ ...state.pending, causes: [] }',
        replace: '{ ...state.pending }',
      },
    ],
    caughtBy: { file: 'test/integration/retention.test.ts', test: 'though the stub names none of it' },
  },
  {
    name: 'Who moved to the archive is told of without what led there, after a crash.',
    rule: RULE,
    edits: [
      {
        file: STORED,
        find: 'if (causes === undefined ||',
        replace: 'if (causes !== null ||',
      },
    ],
    caughtBy: { file: 'test/integration/retention.test.ts', test: 'though the stub names none of it' },
  },
  {
    name: 'A decision that comes again changes what was recorded.',
    rule: RULE,
    edits: [
      {
        file: 'src/adapters/mongodb/retention.ts',
        find: '{ epoch: { $lte: epoch }, offset };',
        replace: '{ epoch: { $lte: epoch } };',
      },
    ],
    caughtBy: { file: 'test/integration/retention.test.ts', test: 'finds nothing left to do, does not change' },
  },
  {
    name: 'What was decided and never saved stands, though there is nothing to do when the batch is read again.',
    rule: RULE,
    edits: [
      { file: 'src/adapters/mongodb/retention.ts', find: "effect === 'done' ? {", replace: "effect !== 'changed' ? {" },
    ],
    caughtBy: {
      file: 'test/integration/retention.test.ts',
      test: 'is put right when the batch comes with less in it, and there is nothing to do',
    },
  },
  {
    name: 'What was decided and never saved stands, though nobody is known when the batch is read again.',
    rule: RULE,
    edits: [
      {
        file: FOLD,
        find: 'if (isRefusal(input)) continue;',
        replace: 'if (isRefusal(input) || isForNobody(input, facts, before, null)) continue;',
      },
    ],
    caughtBy: {
      file: 'test/integration/retention.test.ts',
      test: 'is taken back when the batch comes before anything is known of the customer',
    },
  },
  {
    name: 'That somebody was erased by it is taken back when the command is read again.',
    rule: RULE,
    edits: [{ file: COMMANDS, find: '  erasedUpTo(facts) >= asOf ||', replace: '' }],
    caughtBy: { file: EFFECTS, test: 'where the customer is erased since, and nothing is said of who is gone' },
  },
  {
    name: 'What a version names is taken back when its command is read again.',
    rule: RULE,
    edits: [{ file: COMMANDS, find: '(pending?.causes.some(', replace: '(pending?.causes.slice(1).some(' }],
    caughtBy: { file: EFFECTS, test: 'where a version names it' },
  },
  {
    name: 'That somebody went to the archive by it is taken back when the command is read again.',
    rule: RULE,
    edits: [{ file: COMMANDS, find: '(archive?.at === asOf &&', replace: '(archive?.at !== archive?.at &&' }],
    caughtBy: { file: EFFECTS, test: 'where the customer lies in the archive by it' },
  },
  {
    name: 'Of who is gone by a command it is said that nothing was due.',
    rule: RULE,
    edits: [{ file: COMMANDS, find: "isDone ? 'gone' : 'nobody'", replace: "isDone ? 'done' : 'nobody'" }],
    caughtBy: { file: EFFECTS, test: 'where the customer is erased since, and nothing is said of who is gone' },
  },
  {
    name: 'A decision is recorded of somebody of whom nothing is known.',
    rule: RULE,
    edits: [
      {
        file: 'src/adapters/mongodb/retention.ts',
        find: "if (effect === 'nobody')",
        replace: 'if (decision.epoch === NO_EPOCH)',
      },
    ],
    caughtBy: {
      file: 'test/integration/retention.test.ts',
      test: 'is taken back when the batch comes before anything is known of the customer',
    },
  },
  {
    name: 'What an owner before has archived and not saved lies there twice.',
    rule: RULE,
    edits: [
      {
        file: 'src/adapters/mongodb/archive.ts',
        find: 'version: { $gte: version }, epoch: { $lt: epoch }',
        replace: 'version: { $gte: version }, epoch: { $lt: 0 * epoch }',
      },
    ],
    caughtBy: { file: 'test/integration/retention.test.ts', test: 'single entries are archived once' },
  },
];
