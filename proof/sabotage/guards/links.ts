/** Links between customers: membership instead of counters, and what versions say of it. */
import type { Guard } from '../guard.ts';

const STORE = 'src/adapters/mongodb/links.ts';
const CLAIMS = 'src/pipeline/links/claims.ts';
const ANSWERS = 'src/pipeline/links/answers.ts';
const FOLD = 'src/pipeline/fold.ts';
const ROUND = 'src/pipeline/round.ts';
const REFUSAL = 'src/domain/refusal.ts';
const REFUSAL_TEST = 'test/unit/domain/refusal.test.ts';
const CLAIMS_TEST = 'test/unit/pipeline/links/claims.test.ts';
const DOMAIN_TEST = 'test/unit/domain/links.test.ts';
const SERVERS_TEST = 'test/integration/links.test.ts';
const zombie = { file: SERVERS_TEST, test: 'lets no late statement of a zombie undo a later one' };
const backFromTheArchive = {
  file: 'test/property/links-and-archive.test.ts',
  test: 'knows how many others there are, of what it has and of nothing else',
};
const everybody = { file: 'test/property/links.test.ts', test: 'everybody knows in the end how many others there are' };

export const links: readonly Guard[] = [
  {
    name: 'Who has a number for a value is not told that nobody else has it.',
    rule: 'links',
    edits: [{ file: ANSWERS, find: 'linked && !told', replace: 'linked' }],
    caughtBy: backFromTheArchive,
  },
  {
    name: 'Who is back from the archive keeps numbers for values that it has no more.',
    rule: 'links',
    edits: [{ file: CLAIMS, find: '...(before.asksAnew ? told : [])', replace: '' }],
    caughtBy: backFromTheArchive,
  },
  {
    name: 'Who is back from the archive does not ask for what answers it missed.',
    rule: 'links',
    edits: [{ file: FOLD, find: 'returned ||= archive !== null;', replace: '' }],
    caughtBy: {
      file: 'test/unit/pipeline/plan.test.ts',
      test: 'asks anew of links when it is back from the archive, were it in the same batch',
    },
  },
  {
    name: 'A late statement undoes a later one.',
    rule: 'links',
    edits: [
      {
        file: STORE,
        find: 'filter: { _id: nameOf(link, customerId), version: { $lt: version } }',
        replace: 'filter: { _id: nameOf(link, customerId) }',
      },
    ],
    caughtBy: zombie,
  },
  {
    name: 'Who has left a value is named for days.',
    rule: 'erasure',
    edits: [
      {
        file: STORE,
        find: '${keyedHash(key, `link:${link}/${customerId}`)}',
        replace: '${customerId || keyedHash(key, link)}',
      },
    ],
    caughtBy: {
      file: 'test/integration/planted.test.ts',
      test: 'no word is left in any collection, view or letter',
    },
  },
  {
    name: 'Another key makes members of those who are members already.',
    rule: 'links',
    edits: [{ file: STORE, find: "keys.at(-1) ?? ''", replace: "keys[0] ?? ''" }],
    caughtBy: { file: SERVERS_TEST, test: 'knows what it has stored when customers are remembered under a new key' },
  },
  {
    name: 'Of several statements of one batch the last one stands.',
    rule: 'links',
    edits: [
      {
        file: ANSWERS,
        find: 'if (known === undefined || version >= known.said.version) latest',
        replace: 'if (known !== statement) latest',
      },
    ],
    caughtBy: zombie,
  },
  {
    name: 'Those who have a value shortest are looked at.',
    rule: 'links',
    edits: [{ file: STORE, find: '{ $sort: { since: 1 } }', replace: '{ $sort: { since: -1 } }' }],
    caughtBy: { file: SERVERS_TEST, test: 'finds those who have it longest, and where they are' },
  },
  {
    name: 'Who has left is dated by the clock of a member.',
    rule: 'links',
    edits: [
      {
        file: STORE,
        find: '$set: { version },',
        replace: '$set: { version, leftAt: new Date() },',
      },
      { file: STORE, find: '$currentDate: { leftAt: true as const },', replace: '' },
    ],
    caughtBy: {
      file: SERVERS_TEST,
      test: 'dates who has left by the clock of the server, whatever the member takes for the time',
    },
  },
  {
    name: 'Members are counted before the statements of the batch are stored.',
    rule: 'links',
    edits: [
      {
        file: ROUND,
        find: 'save(context, task.epoch, merged, before.losers, decoded.statements)',
        replace: 'save(context, task.epoch, merged, before.losers, [])',
      },
      {
        file: ROUND,
        find: '    outputs.push(',
        replace:
          '    await save(context, { ...merged, writes: [], decided: [], moved: [], outdated: [] }, [], decoded.statements);\n    outputs.push(',
      },
    ],
    caughtBy: {
      file: SERVERS_TEST,
      test: 'tell how many others have the same phone, device and instrument, and not those who share nothing',
    },
  },
  {
    name: 'What a customer has no more is not withdrawn.',
    rule: 'links',
    edits: [
      {
        file: CLAIMS,
        find: '[...claimed(fresh, told), ...left(withdrawn)]',
        replace: '[...claimed(fresh, told)]',
      },
    ],
    caughtBy: { file: CLAIMS_TEST, test: 'says what has come and what is gone' },
  },
  {
    name: 'What an unpublished version was about to claim is not taken over.',
    rule: 'links',
    edits: [
      {
        file: CLAIMS,
        find: 'const unsaid = known.version === before.unpublishedVersion;',
        replace: 'const unsaid = false;',
      },
    ],
    caughtBy: { file: CLAIMS_TEST, test: 'says in the place of an unpublished version what that was about to say' },
  },
  {
    name: 'What an unpublished version was about to withdraw is not taken over.',
    rule: 'links',
    edits: [
      {
        file: CLAIMS,
        find: '...(unsaid ? known.withdrawn : []),',
        replace: '',
      },
    ],
    caughtBy: {
      file: CLAIMS_TEST,
      test: 'withdraws what only an unpublished version had claimed, or had yet to withdraw',
    },
  },
  {
    name: 'A version that comes again withdraws nothing.',
    rule: 'links',
    edits: [
      {
        file: CLAIMS,
        find: '[...claimed(state.claimed, told), ...left(state.withdrawn)]',
        replace: '[...claimed(state.claimed, told)]',
      },
    ],
    caughtBy: {
      file: CLAIMS_TEST,
      test: 'says again what a redelivered version has said, and nothing for one that said nothing',
    },
  },
  {
    name: 'A version that comes again says nothing of links.',
    rule: 'links',
    edits: [
      {
        file: 'src/pipeline/plan.ts',
        find: 'claims: claimsAgain(links, version, linksTold(facts)),',
        replace: 'claims: [],',
      },
    ],
    caughtBy: {
      file: 'test/unit/pipeline/plan.test.ts',
      test: 'says once more what it had to say of links when it comes again',
    },
  },
  {
    name: 'Only those are told of whom something was said.',
    rule: 'links',
    edits: [
      {
        file: ANSWERS,
        find: 'for (const member of members.slice(0, MOST_OTHERS)) answers',
        replace: 'for (const member of members.slice(0, 0)) answers',
      },
    ],
    caughtBy: everybody,
  },
  {
    name: 'Whoever came last is not told of who stays, once somebody has left.',
    rule: 'links',
    edits: [
      {
        file: ANSWERS,
        find: 'if (others === 0 && subjects.every(({ linked, told }) => linked && !told)) return [];',
        replace: 'if (others === 0) return [];',
      },
    ],
    caughtBy: everybody,
  },
  {
    name: 'Numbers have no bound.',
    rule: 'links',
    edits: [
      { file: ANSWERS, find: 'MOST_OTHERS + 1;', replace: '10_000;' },
      {
        file: ANSWERS,
        find: 'Math.min(Math.max(members.length - 1, 0), MOST_OTHERS)',
        replace: 'Math.max(members.length - 1, 0)',
      },
    ],
    caughtBy: everybody,
  },
  {
    name: 'Of several answers the one that came last counts.',
    rule: 'links',
    edits: [
      {
        file: 'src/domain/inputs/profile-command.ts',
        find: 'stampOf(command, ofAnswer)',
        replace: 'stampOf(command, 0 * ofAnswer)',
      },
    ],
    caughtBy: {
      file: DOMAIN_TEST,
      test: 'is what the answer of the highest version says, in whatever order they come',
    },
  },
  {
    name: 'A contact that is known to be invalid ties people.',
    rule: 'links',
    edits: [{ file: 'src/domain/links.ts', find: " && validation !== 'invalid'", replace: '' }],
    caughtBy: { file: DOMAIN_TEST, test: 'is no contact that turned out to be invalid' },
  },
  {
    name: 'Everybody can hash a telephone number.',
    rule: 'links',
    edits: [
      {
        file: 'src/pipeline/keyed-hash.ts',
        find: "createHmac('sha256', key)",
        replace: "createHmac('sha256', key.slice(0, 0))",
      },
    ],
    caughtBy: {
      file: 'test/unit/pipeline/links/hash.test.ts',
      test: 'gives the same value under another key another link',
    },
  },
  {
    name: 'A statement may have any key, and come to a task that does not count its link.',
    rule: 'links',
    edits: [
      {
        file: REFUSAL,
        find: "['link', inbound.event.link]",
        replace: "['link', key]",
      },
    ],
    caughtBy: { file: REFUSAL_TEST, test: 'asks of a statement about a link for the link as its key' },
  },
  {
    name: 'A link is taken for a customer, once a statement is refused.',
    rule: 'links',
    edits: [{ file: 'src/pipeline/decode.ts', find: 'topic === links.topic || ', replace: '' }],
    caughtBy: {
      file: 'test/unit/pipeline/decode.test.ts',
      test: 'takes no link for a customer when a statement about it is refused',
    },
  },
  {
    name: 'Who comes to a crowd is told to twenty who know.',
    rule: 'links',
    edits: [{ file: ANSWERS, find: '?.since ?? Infinity) < first', replace: '?.since ?? Infinity) < 0' }],
    caughtBy: {
      file: 'test/property/links.test.ts',
      test: 'where more than twenty have had a value before, only those are told of whom something is said',
    },
  },
  {
    name: 'A refused statement is sent again.',
    rule: 'links',
    edits: [
      {
        file: 'src/commands/dead-letters-redrive.ts',
        find: '!isStale(source.topic, config.topicPrefix)',
        replace: "source.topic !== ''",
      },
    ],
    caughtBy: {
      file: 'test/integration/commands.test.ts',
      test: 'of statements about links never go back: a later version may have spoken since',
    },
  },
  {
    name: 'A document from before there was a section of facts has none to read.',
    rule: 'links',
    edits: [
      {
        file: 'src/adapters/mongodb/stored.ts',
        find: 'if (legalHolds !== undefined)',
        replace: 'if (legalHolds !== null)',
      },
    ],
    caughtBy: {
      file: 'test/integration/profile-store.test.ts',
      test: 'a document from before there were',
    },
  },
  {
    name: 'An address that tells no place is shared.',
    rule: 'links',
    edits: [{ file: 'src/domain/links.ts', find: ' && id !== NOWHERE', replace: '' }],
    caughtBy: { file: DOMAIN_TEST, test: 'is no address that tells no place, or strangers would be neighbours' },
  },
  {
    name: 'What a slow member says is from the future.',
    rule: 'links',
    edits: [
      {
        file: REFUSAL,
        find: 'isLink || isAnswer ? Infinity : recordTimestamp',
        replace: 'recordTimestamp',
      },
    ],
    caughtBy: {
      file: REFUSAL_TEST,
      test: 'has no clock for what tasks say to each other: of a member that is slow, all would be from the future',
    },
  },
];
