/** The list of guards cannot rot silently, and the runner can say no. */
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join } from 'node:path';
import { Linter } from 'eslint';
import tseslint from 'typescript-eslint';
import { type Guard, needsServers, sabotage } from '../../proof/sabotage/guard.ts';
import { GUARDS } from '../../proof/sabotage/guards/index.ts';
import { createJest, type RunTests, type TestResult } from '../../proof/sabotage/jest.ts';
import { dataOf, lineOf, withTables } from '../../proof/sabotage/report.ts';
import { RULES } from '../../proof/sabotage/rules.ts';
import { type Outcome, sweep } from '../../proof/sabotage/sweep.ts';
import { createWorkplace } from '../../proof/sabotage/workplace.ts';

const root = dirname(dirname(import.meta.dirname));
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

const HEARTBEATS = 'src/adapters/kafka/heartbeats.ts';
const caughtBy = {
  file: 'test/unit/kafka/heartbeats.test.ts',
  test: 'is not the first acknowledgement, which may answer a heartbeat sent before it was asked',
};
const find = 'const ACKNOWLEDGEMENTS = 2;';
const harmless: Guard = {
  name: 'A comment is added.',
  rule: '10',
  edits: [{ file: HEARTBEATS, find, replace: `${find} // harmless` }],
  caughtBy,
};
const harmful: Guard = {
  ...harmless,
  name: 'One acknowledgement suffices.',
  edits: [{ file: HEARTBEATS, find, replace: 'const ACKNOWLEDGEMENTS = 1;' }],
};

const linter = new Linter();
const GLOBALS = ['AbortController', 'AbortSignal', 'Buffer', 'NodeJS', 'URL', 'clearInterval', 'clearTimeout', 'fetch'];
const TIMERS = ['performance', 'process', 'setImmediate', 'setInterval', 'setTimeout'];
/** Nothing but that every name is declared somewhere. */
const DEFINED: Linter.Config[] = [
  {
    files: ['**/*.ts'],
    languageOptions: {
      parser: tseslint.parser,
      globals: Object.fromEntries([...GLOBALS, ...TIMERS].map((name) => [name, 'readonly'] as const)),
    },
    rules: { 'no-undef': 'error' },
  },
];

describe('every guard', () => {
  it.each(GUARDS.map((guard) => [guard.name, guard] as const))('is where its sabotage looks for it: %s', (_, guard) => {
    for (const { after } of sabotage(guard, read)) expect(() => stripTypeScriptTypes(after)).not.toThrow();
    expect(read(guard.caughtBy.file)).toContain(guard.caughtBy.test);
  });

  it.each(GUARDS.map((guard) => [guard.name, guard] as const))(
    'is removed by code that can run, or any test would notice: %s',
    (_, guard) => {
      const sources = sabotage(guard, read).filter(({ file }) => file.startsWith('src/'));
      const undefinedNames = sources.flatMap(({ file, after }) =>
        linter.verify(after, DEFINED, { filename: file, allowInlineConfig: false }),
      );
      expect(undefinedNames.map(({ message }) => message)).toEqual([]);
    },
  );

  it('has a name of its own, and every rule has guards', () => {
    const names = GUARDS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect([...new Set(GUARDS.map(({ rule }) => rule))].sort()).toEqual(Object.keys(RULES).sort());
  });

  it('that the claim "exactly once" stands on is there', () => {
    expect(GUARDS.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'The fence only connects: nobody initialises the transactional id.',
        'The answer to "is the epoch still mine" is ignored.',
        'The committed offsets are read before the fence.',
        'No version in the filter of a save.',
        'No epoch in the filter of a save.',
        'An unpublished version is published without a claim.',
        'The marker is the first event that changed the document.',
        'Any batch after the marker publishes its version.',
        'Any batch before the marker publishes its version.',
        'Pending changes are not taken over.',
        'previousVersion names a version that was never published.',
        'The offsets follow in a transaction of their own.',
        'Dead letters go in a transaction of their own.',
        'Documents are loaded without read concern majority.',
        'Documents are saved without write concern majority.',
        'The driver retries writes.',
        'The time of a statement counts before the version of what it describes.',
        'One event id with two contents: the first to arrive wins.',
        'Consents are ordered by when they were heard of, not by when they were decided.',
        'An unverified contact displaces a verified one.',
        'Partition p of one topic goes elsewhere than that of the other.',
        'A stale claim ranks as high as a fresh one.',
        'The next round of a task begins before the commit of the last.',
        'The cache survives a recovery.',
        'Records below the position are done again.',
        'A gap before a batch is not noticed.',
        '"From the future" compares with the wall clock.',
        'A refusal for an unknown schema claims no document.',
        'A task fences again without asking the group.',
        'A member that was kicked keeps its tasks.',
        'The escape itself is not escaped.',
        'Aborted transactions are taken in the order in which the broker lists them.',
      ]),
    );
  });
});

describe('a sabotage', () => {
  const one = (...edits: Guard['edits']): Guard => ({ ...harmless, edits });
  const of = (text: string) => (): string => text;

  it('is refused when its text is gone, is there twice, or stays as it was', () => {
    const edit = { file: 'a', find: 'guard', replace: '' };
    expect(() => sabotage(one(edit), of('no such thing'))).toThrow('occurs 0 times in a');
    expect(() => sabotage(one(edit), of('guard guard'))).toThrow('occurs 2 times in a');
    expect(() => sabotage(one({ ...edit, replace: 'guard' }), of('guard'))).toThrow('changes nothing');
    expect(() => sabotage(one(), of('guard'))).toThrow('changes nothing');
  });

  it('makes several edits of one file one after the other', () => {
    const [first, second] = [
      { file: 'a', find: 'read; ', replace: '' },
      { file: 'a', find: 'fence;', replace: 'read; fence;' },
    ];
    expect(sabotage(one(first, second), of('fence; read; end'))).toEqual([
      { file: 'a', before: 'fence; read; end', after: 'read; fence; end' },
    ]);
  });
});

describe('a sweep', () => {
  const green: TestResult = { file: caughtBy.file, name: `a block ${caughtBy.test}`, passed: true };
  const red: TestResult = { ...green, passed: false };
  const files = new Map([[HEARTBEATS, read(HEARTBEATS)]]);
  const workplace = {
    read: (file: string): string => files.get(file) ?? '',
    write: (file: string, text: string): void => void files.set(file, text),
  };
  /** Before any sabotage, without the guard, and with it in place again. */
  const swept = (...runs: (readonly TestResult[] | Error)[]): Promise<Outcome[]> => {
    const runTests: RunTests = () => {
      const results = runs.shift() ?? [];
      return results instanceof Error ? Promise.reject(results) : Promise.resolve(results);
    };
    return sweep([harmful], workplace, runTests);
  };

  it('counts as caught only what makes the named test red', async () => {
    expect(await swept([green], [red], [green])).toMatchObject([{ caught: true, red: [red.name] }]);
    expect(await swept([green], [green], [green])).toMatchObject([{ caught: false, red: [] }]);
    const other = { ...red, name: 'another test' };
    expect(await swept([green], [green, other], [green])).toMatchObject([{ caught: false }]);
    const elsewhere = { ...red, file: 'test/unit/other.test.ts' };
    expect(await swept([green], [green, elsewhere], [green])).toMatchObject([{ caught: false }]);
  });

  it('does not take a file that no longer loads, or a Jest that fails, for a test that noticed', async () => {
    expect(await swept([green], [], [green])).toMatchObject([{ caught: false, why: expect.any(String) as string }]);
    expect(await swept([green], new Error('no report'), [green])).toMatchObject([{ caught: false, why: 'no report' }]);
  });

  it('fails when the named tests are red or missing without any sabotage, before it or after it', async () => {
    await expect(swept([red])).rejects.toThrow('is red before any sabotage');
    await expect(swept([])).rejects.toThrow('has no test');
    await expect(swept([green], [red], [red])).rejects.toThrow('is red after the sweep');
  });

  it('leaves every file as it was', async () => {
    await swept([green], [red], [green]);
    await expect(swept([green], Object.assign(new Error('interrupted'), { name: 'AbortError' }))).rejects.toThrow(
      'interrupted',
    );
    expect(files.get(HEARTBEATS)).toBe(read(HEARTBEATS));
  });

  it('asks real tests in a copy, and says NOT CAUGHT of what they do not notice', async () => {
    const copy = createWorkplace(root);
    try {
      const outcomes = await sweep([harmless, harmful], copy, createJest({ directory: copy.directory }));
      expect(outcomes.map(({ caught }) => caught)).toEqual([false, true]);
      expect(outcomes.map((outcome) => lineOf(outcome).slice(0, 10))).toEqual(['NOT CAUGHT', 'caught    ']);
    } finally {
      copy.remove();
    }
    expect(read(HEARTBEATS)).toContain(find);
    expect(() => copy.read(HEARTBEATS)).toThrow('ENOENT');
  }, 60_000);
});

describe('the report', () => {
  const outcomes: Outcome[] = [
    { guard: harmless, caught: false, red: [], seconds: 1 },
    { guard: harmful, caught: true, red: ['a block and a test'], seconds: 2 },
  ];
  const run = { date: '2026-01-02', commit: 'abc', outcomes };

  it('replaces what stands between the markers of a document, and nothing else', () => {
    const [before, after] = ['# Before\n\n<!-- sabotage: begin -->', '<!-- sabotage: end -->\n\nAfter.'];
    const written = withTables(`${before}\nold\n${after}`, run);
    expect(written.startsWith(before) && written.endsWith(after)).toBe(true);
    expect(written).not.toContain('old');
    expect(written).toContain('1 of 2 removed guards were caught by the named test (2026-01-02, abc).');
    expect(written).toContain('| A comment is added. | `heartbeats.ts` | **not caught** |');
    expect(withTables(written, run)).toBe(written);
    expect(() => withTables('no markers', run)).toThrow('no place');
  });

  it('is not ok as data unless everything was caught', () => {
    expect(dataOf(run)).toMatchObject({ ok: false, guards: [{ caught: false }, { caught: true }] });
    expect(dataOf({ ...run, outcomes: outcomes.slice(1) })).toMatchObject({ ok: true });
  });
});

it('servers are needed for tests in integration and faults only', () => {
  const needing = (file: string): boolean => needsServers({ ...harmless, caughtBy: { file, test: '' } });
  expect(['test/integration/a.test.ts', 'test/faults/a.test.ts'].map(needing)).toEqual([true, true]);
  expect(['test/unit/a.test.ts', 'test/property/a.test.ts', 'test/proof/a.test.ts'].map(needing)).toEqual([
    false,
    false,
    false,
  ]);
});
