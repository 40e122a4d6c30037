import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Cell, isPromised, judgeCell, type Reading } from '../../proof/evolution/cells.ts';
import { CHAINS, DEFAULT_ONLY } from '../../proof/evolution/chains.ts';
import { CHANGES } from '../../proof/evolution/changes.ts';
import { currentSchema, type Generation, generationsOf, nextOf } from '../../proof/evolution/generations.ts';
import { avroReading, productReading } from '../../proof/evolution/readings.ts';
import { isDefinition, type RecordSchema, rewrite, typeOf } from '../../proof/evolution/schema.ts';
import { valuesOf } from '../../proof/evolution/values.ts';
import { compatibilityOf, incompatibilities, partsOf } from '../../scripts/compatibility.ts';
import { currentFile, readSchemaFile, recordNames } from '../../scripts/schema-files.ts';
import { AUDIENCES } from '../../src/domain/audiences/index.ts';
import { type Compatibility, type Contract, contracts } from '../../src/domain/contracts.ts';

const VALUES = 15;
const SEED = 20261124;
const MODES = ['BACKWARD_TRANSITIVE', 'FULL_TRANSITIVE'] as const;

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const answerTo = (next: RecordSchema, before: RecordSchema, mode: Compatibility): 'accepted' | 'refused' =>
  incompatibilities(next, before, mode).length === 0 ? 'accepted' : 'refused';

const inputs = contracts().filter(({ direction }) => direction === 'input');
const contractOf = (record: string): Contract | undefined => contracts().find((contract) => contract.record === record);

/** Readers × writers of a record; the current version reads as the product does, where the record has a topic. */
const matrixOf = (record: string) => {
  const mode = compatibilityOf(record);
  const generations = generationsOf(record, mode);
  const values = new Map(generations.map((writer) => [writer, valuesOf(writer.schema, VALUES, SEED)]));
  const cells = generations.flatMap((reader) => generations.map((writer) => ({ reader, writer })));
  const promised = (reader: Generation, writer: Generation) => isPromised(mode, generations, reader, writer);
  return { record, generations, values, cells, promised };
};

const matrices = recordNames().map(matrixOf);

const matrix = (record: string): ReturnType<typeof matrixOf> => {
  const found = matrices.find((each) => each.record === record);
  if (!found) throw new Error(`no schema of ${record}`);
  return found;
};

describe.each(matrices)('readers × writers of $record', ({ record, generations, values, cells, promised }) => {
  const hasEnums = partsOf(readSchemaFile(currentFile(record))).some(([, part]) => part['type'] === 'enum');
  let product: Reading | undefined;
  beforeAll(async () => {
    const contract = contractOf(record);
    product = contract && (await productReading(contract, generations));
  });

  const readingOf = (reader: Generation): Reading =>
    reader.name === 'current' && product ? product : avroReading(reader);

  const cellOf = (reader: Generation, writer: Generation): Cell =>
    judgeCell(reader, writer, readingOf(reader), values.get(writer) ?? []);

  const named = (name: Generation['name']): Generation => {
    const found = generations.find((generation) => generation.name === name);
    if (!found) throw new Error(`no generation ${name}`);
    return found;
  };

  it.each(cells)('$reader.name reads $writer.name as resolution says, and as promised', ({ reader, writer }) => {
    const { outcome, faults } = cellOf(reader, writer);
    expect(faults).toEqual([]);
    if (promised(reader, writer)) expect(outcome).toBe('read');
  });

  it('what is in use now reads the previous version, its own and the next, beyond what BACKWARD promises', () => {
    const outcomes = (['previous', 'current', 'next'] as const).map((name) => cellOf(named('current'), named(name)));
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['read', 'read', 'read']);
    const [previous, current, next] = outcomes;
    expect(previous?.notes).toMatchObject({ forgotten: 0, dropped: 0 });
    expect(previous?.notes.filled).toBeGreaterThanOrEqual(VALUES);
    expect(current?.notes).toEqual({ filled: 0, forgotten: 0, dropped: 0 });
    expect(next?.notes.dropped).toBeGreaterThanOrEqual(VALUES);
    if (hasEnums) expect(next?.notes.forgotten).toBeGreaterThan(0);
  });

  if (hasEnums)
    it('a version from before the current one reads newer symbols as unknown, too', () => {
      expect(cellOf(named('previous'), named('current')).notes.forgotten).toBeGreaterThan(0);
    });

  it('the current version and those after it may follow every one before them', () => {
    const mode = compatibilityOf(record);
    const now = generations.indexOf(named('current'));
    for (const [index, { schema }] of [...generations.entries()].slice(now)) {
      const earlier = generations.slice(0, index);
      expect(earlier.flatMap((before) => incompatibilities(schema, before.schema, mode))).toEqual([]);
    }
  });
});

it('inputs are read by versions after their writer, outputs by versions before and after it', () => {
  const modes = { input: 'BACKWARD_TRANSITIVE', output: 'FULL_TRANSITIVE' };
  expect(contracts().map(({ record, compatibility }) => [record, compatibility])).toEqual(
    contracts().map(({ record, direction }) => [record, modes[direction]]),
  );
  const outputs = ['CustomerUpdated', ...AUDIENCES.map(({ record }) => record)];
  expect(recordNames().filter((record) => compatibilityOf(record) === modes.output)).toEqual(outputs.sort());
});

describe('what a mode allows and a member cannot read', () => {
  const withInts = inputs.filter(({ record }) => matrix(record).generations.some(({ name }) => name === 'widened'));

  it.each(withInts)(
    'a $record whose ints became longs is refused as wrong-schema until we have followed',
    async (input) => {
      const { generations, values } = matrix(input.record);
      const [current, wide] = (['current', 'widened'] as const).map((name) => generations.find((g) => g.name === name));
      if (!current || !wide) throw new Error('no ints to widen');
      const cell = judgeCell(current, wide, await productReading(input, generations), values.get(wide) ?? []);
      expect({ ...cell, reasons: [...cell.reasons] }).toMatchObject({
        outcome: 'refused',
        faults: [],
        reasons: ['wrong-schema'],
      });
    },
  );
});

describe('the offline checker', () => {
  const answers = recordNames().flatMap((record) => CHANGES.map((change) => ({ record, ...change })));

  it.each(answers)('answers as it must when $record $name', ({ record, apply, answers: expected }) => {
    const current = currentSchema(record);
    const changed = apply(current);
    if (!changed) return;
    for (const mode of MODES) {
      expect([mode, answerTo(changed, current, mode)]).toEqual([mode, expected[mode]]);
    }
  });

  it('is asked every question by at least one record that has a topic', () => {
    const live = contracts().map(({ record }) => currentSchema(record));
    const idle = CHANGES.filter(({ apply }) => live.every((schema) => apply(schema) === null));
    expect(idle.map(({ name }) => name)).toEqual([]);
  });

  it.each(recordNames().flatMap((record) => [...CHAINS, DEFAULT_ONLY].map((chain) => ({ record, ...chain }))))(
    'notices, of $record, that $name: each step passes, the last one breaks the first version',
    ({ record, of }) => {
      const [first, second, third] = of(currentSchema(record));
      for (const mode of MODES) {
        expect(answerTo(second, first, mode)).toBe('accepted');
        expect(answerTo(third, second, mode)).toBe('accepted');
        expect(answerTo(third, first, mode)).toBe('refused');
      }
    },
  );
});

describe('releasing schemas', () => {
  let folder: string;
  /** The script with schemas of its own, so that it can be told to release anything. */
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'release-'));
    for (const part of ['scripts', 'schemas', 'package.json', 'src/domain']) {
      cpSync(join(ROOT, part), join(folder, part), { recursive: true });
    }
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const file = (path: string): string => join(folder, 'schemas', path);
  const write = (path: string, schema: object): void => writeFileSync(file(path), JSON.stringify(schema));
  const release = () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/release-schemas.ts'], {
      cwd: folder,
      encoding: 'utf8',
    });
    return { status, said: stdout + stderr };
  };
  const versions = (record: string): number => readdirSync(file(`released/${record}`)).length;

  it.each(['OrderFinalized', 'CustomerUpdated'])('adds the next version of %s, and only that', (record) => {
    const before = versions(record);
    write(`${record}.avsc`, nextOf(currentSchema(record)));
    expect(release()).toEqual({ status: 0, said: `released ${record} version ${before + 1}\n` });
    expect(versions(record)).toBe(before + 1);
    expect(release()).toEqual({ status: 0, said: '' });
  });

  it('refuses what the last version allows and an earlier one does not', () => {
    const record = 'OrderFinalized';
    const [, second, third] = DEFAULT_ONLY.of(currentSchema(record));
    const before = versions(record);
    write(`released/${record}/${before + 1}.avsc`, second);
    write(`${record}.avsc`, third);
    const { status, said } = release();
    expect(status).toBe(1);
    expect(said).toContain(`version ${before}: the new version cannot read what the released one wrote`);
    expect(said).not.toContain(`version ${before + 1}:`);
    expect(versions(record)).toBe(before + 1);
  });
});

describe('the matrix itself notices', () => {
  const { generations, values } = matrix('OrderFinalized');
  const generation = (name: Generation['name'], schema?: RecordSchema): Generation => {
    const found = generations.find((each) => each.name === name);
    if (!found) throw new Error(`no generation ${name}`);
    return { name, schema: schema ?? found.schema };
  };
  const [previous, current, next] = [generation('previous'), generation('current'), generation('next')];
  const cell = (reader: Generation, writer: Generation, read: Reading): Cell =>
    judgeCell(reader, writer, read, values.get(generations.find(({ name }) => name === writer.name) ?? writer) ?? []);

  it.each([previous, next])('a reader that takes its own schema for that of the $name writer', (writer) => {
    const type = typeOf(current.schema);
    expect(cell(current, writer, (_, body) => type.fromBuffer(body)).faults).toHaveLength(VALUES);
  });

  it('a reader whose enums have no default: a newer writer is refused', () => {
    const strict = rewrite(current.schema, (type) => {
      if (!isDefinition(type) || type.type !== 'enum') return type;
      return { type: type.type, name: type.name, symbols: type.symbols };
    }) as RecordSchema;
    const reader = generation('current', strict);
    expect(cell(reader, next, avroReading(reader))).toMatchObject({ outcome: 'refused', faults: [] });
    expect(cell(current, next, avroReading(reader)).faults).toHaveLength(VALUES);
  });

  it('a reader that fills in another default than its schema has', () => {
    const missing = current.schema.fields.find(({ name }) => previous.schema.fields.every((f) => f.name !== name));
    if (!missing) throw new Error('the previous version lacks nothing');
    const read = avroReading(current);
    const other: Reading = (writer, body) => ({ ...(read(writer, body) as object), [missing.name]: 'something else' });
    expect(cell(current, previous, other).faults).toHaveLength(VALUES);
  });

  it('a reader that reads what cannot be read', () => {
    const wide = generation('widened');
    expect(cell(current, wide, () => ({})).faults).toHaveLength(VALUES);
  });

  it('a version that loses nothing and gains nothing', () => {
    const { notes } = cell(current, generation('previous', current.schema), avroReading(current));
    expect(notes).toEqual({ filled: 0, forgotten: 0, dropped: 0 });
  });
});
