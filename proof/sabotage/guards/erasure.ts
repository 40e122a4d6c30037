/** Erasure: nothing is left, nothing comes back, and nobody is lost who came after it. */
import type { Guard } from '../guard.ts';

const ERASURE_TEST = 'test/unit/domain/erasure.test.ts';
const PLAN_TEST = 'test/unit/pipeline/erasure.test.ts';
const STORE = 'test/integration/profile-store.test.ts';
const SERVERS = 'test/integration/erasure.test.ts';
const PLANTED = 'test/integration/planted.test.ts';
const PLAN = 'src/pipeline/plan.ts';
const FOLD = 'src/pipeline/fold.ts';
const PROFILES = 'src/adapters/mongodb/profiles.ts';
const STORED = 'src/adapters/mongodb/stored.ts';
const WRITES = 'src/adapters/mongodb/profile-writes.ts';

export const erasure: readonly Guard[] = [
  {
    name: 'What an audience hears after a second erasure names the first, of which it never heard.',
    rule: 'erasure',
    edits: [{ file: 'src/pipeline/erasure.ts', find: ' && !untold.has(audience)', replace: '' }],
    caughtBy: { file: 'test/property/told.test.ts', test: 'hears an unbroken chain' },
  },
  {
    name: 'What loses is forgotten, though it was stated after what wins.',
    rule: 'erasure',
    edits: [
      {
        file: 'src/domain/register.ts',
        find: 'weak.at > strong.at ? { ...strong, later: [weak] } : strong',
        replace: 'weak.at > Infinity ? { ...strong, later: [weak] } : strong',
      },
    ],
    caughtBy: {
      file: ERASURE_TEST,
      test: 'does not leave the earlier version of an order that was corrected before it',
    },
  },
  {
    name: 'What was stated before an erasure counts when it arrives after it.',
    rule: 'erasure',
    edits: [
      {
        file: 'src/domain/merge.ts',
        find: 'isErased(facts, input) ? facts :',
        replace: 'isErased(facts, input) && false ? facts :',
      },
    ],
    caughtBy: { file: ERASURE_TEST, test: 'leaves nothing that was stated up to then, whenever it arrives' },
  },
  {
    name: 'A decision comes back with a later event that repeats it.',
    rule: 'erasure',
    edits: [
      {
        file: 'src/domain/consents.ts',
        find: 'if (at <= consentsCutUpTo(facts, key)) continue;',
        replace: 'if (at > Infinity) continue;',
      },
    ],
    caughtBy: { file: ERASURE_TEST, test: 'takes decisions and checks with it that a later event repeats' },
  },
  {
    name: 'A decision is younger than what tells of it.',
    rule: 'erasure',
    edits: [
      { file: 'src/domain/consents.ts', find: 'Math.min(consent.decidedAt, stamp.at)', replace: 'consent.decidedAt' },
    ],
    caughtBy: { file: ERASURE_TEST, test: 'takes decisions with it that a careless clock has dated after the event' },
  },
  {
    name: 'A contact is as old as it ever was, also where that cannot be known.',
    rule: 'erasure',
    edits: [
      {
        file: 'src/domain/contact-media.ts',
        find: 'wasErased ? earliestOf(seen) :',
        replace: 'wasErased && false ? 0 :',
      },
    ],
    caughtBy: {
      file: ERASURE_TEST,
      test: 'leaves a contact as old as the earliest of the last five times it was seen',
    },
  },
  {
    name: 'An erasure does not ask for legal holds.',
    rule: 'erasure',
    edits: [
      {
        file: 'src/domain/refusal.ts',
        find: 'isErasure(input) && isNew && isErasureHeld(facts, input.event.occurredAt)',
        replace: 'isErasure(input) && isNew && !isErasureHeld(facts, 0) && false',
      },
    ],
    caughtBy: { file: ERASURE_TEST, test: 'has an erasure refused until it is released' },
  },
  {
    name: 'A request that was refused is carried out when it is read again.',
    rule: 'erasure',
    edits: [
      {
        file: 'src/domain/erasure.ts',
        find: '(hold) => hold.at >= at',
        replace: '(hold) => hold.at > Infinity && at > 0',
      },
    ],
    caughtBy: { file: SERVERS, test: 'is refused again when a crash has it read again after the hold was released' },
  },
  {
    name: 'Letters of who was erased hold what was refused.',
    rule: 'erasure',
    edits: [{ file: 'src/pipeline/refused.ts', find: 'return isGone ?', replace: 'return isGone && false ?' }],
    caughtBy: { file: PLANTED, test: 'no word is left in any collection, view or letter' },
  },
  {
    name: 'An erasure shares its version with what begins after it.',
    rule: 'erasure',
    edits: [{ file: PLAN, find: 'forgotten !== null && profile !== null ? next + 1 : next', replace: 'next' }],
    caughtBy: { file: PLAN_TEST, test: 'takes a version of its own, and what is known since another' },
  },
  {
    name: 'What happened before an erasure is named as the cause of what follows.',
    rule: 'erasure',
    edits: [
      {
        file: FOLD,
        find: 'at > erasedBy : input.event.occurredAt > erasedUpTo(facts)',
        replace: 'at > erasedBy : input.event.occurredAt !== erasedUpTo(facts)',
      },
    ],
    caughtBy: { file: PLAN_TEST, test: 'names nothing that happened before it' },
  },
  {
    name: 'What the system says to itself begins a customer anew.',
    rule: 'erasure',
    edits: [{ file: FOLD, find: 'if (isBare(facts)) return true;', replace: 'if (isBare(facts)) return false;' }],
    caughtBy: { file: PLAN_TEST, test: 'is not undone by what the system says to itself' },
  },
  {
    name: 'An erasure that nobody has heard of is lost when a version takes its place.',
    rule: '9',
    edits: [{ file: PLAN, find: '  ...(unpublished.erased && { erased: unpublished.erased }),\n', replace: '' }],
    caughtBy: { file: SERVERS, test: 'that crashed after it was saved is published first' },
  },
  {
    name: 'Tombstones do not come first.',
    rule: '9',
    edits: [
      { file: 'src/pipeline/announce.ts', find: '    ...tombstones(outputs, customerId, pending),\n', replace: '' },
      {
        file: 'src/pipeline/announce.ts',
        find: '    ...update(outputs, document, pending),\n',
        replace: '    ...update(outputs, document, pending),\n    ...tombstones(outputs, customerId, pending),\n',
      },
    ],
    caughtBy: { file: SERVERS, test: 'that crashed after it was saved is published first' },
  },
  {
    name: 'Only the version tells a stub from a profile that a zombie has left.',
    rule: 'erasure',
    edits: [
      {
        file: STORED,
        find: 'was.epoch > is.epoch || (was.epoch === is.epoch && was.version > is.version)',
        replace: 'was.version > is.version',
      },
    ],
    caughtBy: { file: STORE, test: 'the one that counts is' },
  },
  {
    name: 'The profile is removed before the stub is written.',
    rule: 'erasure',
    edits: [
      {
        file: PROFILES,
        find: `      const matched = await Promise.all([
`,
        replace: `      await bulk(profiles, removals(ofStubs, (id) => [id]));
      const matched = await Promise.all([
`,
      },
    ],
    caughtBy: { file: STORE, test: 'the one is written before the other is removed' },
  },
  {
    name: 'A stub is written over by whoever comes.',
    rule: '2',
    edits: [
      {
        file: WRITES,
        find: 'const filter = { _id: names[0] ?? _id, epoch: { $lte: state.epoch } };',
        replace: 'const filter = { _id: names[0] ?? _id };',
      },
    ],
    caughtBy: { file: STORE, test: 'a stub is not written over by an older owner' },
  },
  {
    name: 'What a crash has left beside a stub stays there.',
    rule: 'erasure',
    edits: [
      {
        file: 'src/pipeline/round.ts',
        find: 'await profiles.discard(losers, ownEpoch - 1);\n  if (statements',
        replace: 'void ownEpoch;\n  if (statements',
      },
    ],
    caughtBy: { file: SERVERS, test: 'that crashed before the profile was removed removes it' },
  },
  {
    name: 'A zombie leaves whom it has saved as new.',
    rule: 'erasure',
    edits: [
      {
        file: 'src/pipeline/take-back.ts',
        find: 'if (losers.length > 0) await',
        replace: 'if (losers.length > losers.length) await',
      },
    ],
    caughtBy: { file: SERVERS, test: 'is not undone by a zombie that saves as new' },
  },
  {
    name: 'The key under which customers were erased may get lost.',
    rule: 'erasure',
    edits: [
      {
        file: 'src/adapters/mongodb/database.ts',
        find: 'owner?.erasureKeys?.some((known) => !present.includes(known))',
        replace: 'owner?.erasureKeys?.some((known) => known === KEY_LOST && !present.includes(known))',
      },
    ],
    caughtBy: { file: STORE, test: 'one group a database, one partition count' },
  },
  {
    name: 'The name by which an audience was told goes with an erasure.',
    rule: 'erasure',
    edits: [{ file: 'src/pipeline/erasure.ts', find: 'digest: null, ...name }', replace: 'digest: null }' }],
    caughtBy: {
      file: PLAN_TEST,
      test: 'leaves the name by which an audience was told, so that its chain goes on when the customer comes back',
    },
  },
  {
    name: 'Nobody is told again of others, though what was known of them is gone.',
    rule: 'erasure',
    edits: [{ file: 'src/pipeline/links/claims.ts', find: 'unsaid || before.asksAnew ? []', replace: 'unsaid ? []' }],
    caughtBy: {
      file: PLAN_TEST,
      test: 'has claimed anew what the customer still has, for what was known of others is gone',
    },
  },
  {
    name: 'An answer is too late by the date of what others did.',
    rule: 'erasure',
    edits: [{ file: 'src/domain/erasure.ts', find: " && input.type !== 'ProfileCommand'", replace: '' }],
    caughtBy: {
      file: PLAN_TEST,
      test: 'does not keep out what is said of a link since, which is dated by what others did',
    },
  },
  {
    name: 'An answer that an erasure took is named as a cause.',
    rule: 'erasure',
    edits: [
      { file: FOLD, find: "input.type === 'ProfileCommand' ? at > erasedBy :", replace: 'at < 0 ? at > erasedBy :' },
    ],
    caughtBy: {
      file: PLAN_TEST,
      test: 'does not name what was said of a link in the same batch and is gone with it',
    },
  },
];
