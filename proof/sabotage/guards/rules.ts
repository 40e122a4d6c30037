/** Files of rules: what is refused at start, and what a change of them must not touch. */
import type { Guard } from '../guard.ts';

const MATCH = 'src/domain/rules/match.ts';
const MATCH_TEST = 'test/unit/domain/rules/match.test.ts';
const SEGMENTS_TEST = 'test/unit/domain/rules/segments.test.ts';
const COMPLETENESS = 'src/domain/rules/completeness.ts';
const COMPLETENESS_TEST = 'test/unit/domain/rules/completeness.test.ts';
const PATTERN = 'src/domain/rules/text-pattern.ts';
const PATTERN_TEST = 'test/unit/domain/rules/text-pattern.test.ts';

export const rules: readonly Guard[] = [
  {
    name: 'A rule may run code or ask for the time.',
    rule: 'rules',
    edits: [{ file: MATCH, find: "else if (name.startsWith('$')) faults.add(here, refusalOf(name));", replace: '' }],
    caughtBy: { file: MATCH_TEST, test: 'because a profile follows from facts and rules alone' },
  },
  {
    name: 'A rule may ask for a field that there is not.',
    rule: 'rules',
    edits: [
      {
        file: MATCH,
        find: "if (typeof target === 'string') faults.add(here, target);",
        replace: "if (typeof target === 'string') continue;",
      },
    ],
    caughtBy: { file: MATCH_TEST, test: 'with all that is wrong with it at once' },
  },
  {
    name: 'A rule may compare a field with what it never is.',
    rule: 'rules',
    edits: [
      {
        file: MATCH,
        find: "if ('fault' in read) reading.faults.add(place, read.fault);\n  // An entry",
        replace: "if ('fault' in read) return null;\n  // An entry",
      },
    ],
    caughtBy: { file: MATCH_TEST, test: 'a query is refused' },
  },
  {
    name: 'A rule may lead through two lists, where engines differ.',
    rule: 'rules',
    edits: [
      {
        file: MATCH,
        find: "else if (target.lists > 1 || (target.lists > 0 && target.field.kind === 'list')) faults.add(here, TWO_LISTS);",
        replace: '',
      },
    ],
    caughtBy: { file: MATCH_TEST, test: 'a query is refused' },
  },
  {
    name: 'A rule may ask about lists in the entries of a list.',
    rule: 'rules',
    edits: [
      {
        file: MATCH,
        find: "target.lists > 1 || (target.lists > 0 && target.field.kind === 'list')",
        replace: 'target.lists > 1',
      },
    ],
    caughtBy: { file: MATCH_TEST, test: 'a query is refused' },
  },
  {
    name: 'A rule may hold a pattern that a text can make slow.',
    rule: 'rules',
    edits: [{ file: PATTERN, find: 'if (!PATTERN.test(source)) {', replace: 'if (false as boolean) {' }],
    caughtBy: { file: PATTERN_TEST, test: 'is no pattern' },
  },
  {
    name: 'Of two conditions on one field the last counts, and nobody says so.',
    rule: 'rules',
    edits: [{ file: 'src/domain/rules/file.ts', find: 'if (names?.has(name)) repeated.push(name);', replace: '' }],
    caughtBy: { file: SEGMENTS_TEST, test: 'a file of segments is refused' },
  },
  {
    name: 'Two segments may have one name.',
    rule: 'rules',
    edits: [
      {
        file: 'src/domain/rules/segments.ts',
        find: "else if (names.has(name)) faults.add(place, 'another rule has this name');",
        replace: '',
      },
    ],
    caughtBy: { file: SEGMENTS_TEST, test: 'for two rules of one name' },
  },
  {
    name: 'Of all that is wrong with a file of rules only the first is told.',
    rule: 'rules',
    edits: [
      {
        file: 'src/config.ts',
        find: 'throw new Fault(...result.error.issues.map(({ message }) => `: ${message}`));',
        replace: 'throw new Fault(`: ${result.error.issues[0]?.message}`);',
      },
    ],
    caughtBy: {
      file: 'test/unit/rule-files.test.ts',
      test: 'are at fault along with other settings, each fault on a line of its own',
    },
  },
  {
    name: 'A version that is published again tells audiences what the rules say now.',
    rule: 'rules',
    edits: [
      {
        file: 'src/pipeline/plan.ts',
        find: '{ ...customerOf(facts, then.rules), profile }',
        replace: 'customerOf(facts, then.rules)',
      },
    ],
    caughtBy: {
      file: 'test/unit/pipeline/plan.test.ts',
      test: 'is told again as it was saved, whatever the rules are by then',
    },
  },
  {
    name: 'A path that there is not may be required.',
    rule: 'rules',
    edits: [
      {
        file: COMPLETENESS,
        find: "if (typeof target === 'string') faults.add(here, target);",
        replace: "if (typeof target === 'string') continue;",
      },
    ],
    caughtBy: { file: COMPLETENESS_TEST, test: 'a rule of completeness is refused' },
  },
  {
    name: 'A contact that is known to reach nobody will do.',
    rule: 'rules',
    edits: [
      { file: COMPLETENESS, find: "validation !== 'invalid' && (type === undefined", replace: '(type === undefined' },
    ],
    caughtBy: { file: COMPLETENESS_TEST, test: 'when there is no contact of the type that may reach the customer' },
  },
  {
    name: 'An order asks for information though nobody wants it any more.',
    rule: 'rules',
    edits: [
      {
        file: 'src/domain/ledger/ledger.ts',
        find: "if (state !== 'partial' && state !== 'failed') return;",
        replace: "if (state === 'completed') return;",
      },
    ],
    caughtBy: { file: COMPLETENESS_TEST, test: 'is asked for no more once the item came about or nobody wants it' },
  },
];
