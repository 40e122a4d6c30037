import avro, { type schema } from 'avsc';
import { compatibilityOf, incompatibilities, partsOf, type SchemaNode } from '../../scripts/compatibility.ts';
import { generateTypes } from '../../scripts/generate-types.ts';
import { currentFile, readSchemaFile, recordNames, releasedVersions } from '../../scripts/schema-files.ts';

const current = (record: string): SchemaNode => readSchemaFile(currentFile(record));

/** A part of a schema whose change is tried. */
interface Part {
  name: string;
  type: unknown;
  fields: Part[];
  symbols: string[];
  default?: unknown;
}

/** A copy of the current schema after a change of the field at the path, in dots. */
const changed = (record: string, path: string, change: (field: Part, siblings: Part[]) => void): SchemaNode => {
  const schema = structuredClone(current(record)) as unknown as Part;
  const names = path.split('.');
  let siblings = schema.fields;
  let field: Part | undefined;
  for (const name of names) {
    if (field) siblings = innerType(field).fields;
    field = siblings.find((candidate) => candidate.name === name);
    if (!field) throw new Error(`no field ${path}`);
  }
  if (field) change(field, siblings);
  return schema as unknown as SchemaNode;
};

/** The record or enum that a field holds, alone, nullable or in an array. */
const innerType = ({ type }: { type: unknown }): Part => {
  const candidates = Array.isArray(type) ? (type as unknown[]) : [type];
  const found = candidates.find((candidate) => typeof candidate === 'object' && candidate !== null) as
    (Part & { items?: unknown }) | undefined;
  if (!found) throw new Error('no inner type');
  return found.items === undefined ? found : (found.items as Part);
};

const remove = (field: Part, siblings: Part[]): void => void siblings.splice(siblings.indexOf(field), 1);
const loseSymbol = (field: Part): void => void innerType(field).symbols.splice(1, 1);
const addField = (extra: object) => (_: Part, siblings: Part[]) => void siblings.push(extra as Part);

describe('every schema', () => {
  it.each(recordNames())('%s is compatible with every released version', (record) => {
    const released = releasedVersions(record);
    expect(released.length).toBeGreaterThan(0);
    expect(released.flatMap((version) => incompatibilities(current(record), version, compatibilityOf(record)))).toEqual(
      [],
    );
  });

  it.each(recordNames())('%s documents every type and every field', (record) => {
    const undocumented = partsOf(current(record)).filter(([, part]) => 'name' in part && !part['doc']);
    expect(undocumented.map(([path]) => path)).toEqual([]);
  });

  const enumsOf = (record: string) => partsOf(current(record)).filter(([, part]) => part['type'] === 'enum');

  it.each(recordNames().filter((record) => enumsOf(record).length > 0))(
    '%s has the default unknown in every enum, so that newer symbols do not break it',
    (record) => {
      const enums = enumsOf(record);
      expect(enums.filter(([, part]) => part['default'] !== 'unknown').map(([path]) => path)).toEqual([]);
    },
  );

  it('defines a type of one name alike in every file', () => {
    const byName = new Map<unknown, Set<string>>();
    for (const record of recordNames()) {
      for (const [, part] of partsOf(current(record))) {
        if (part['type'] !== 'record' && part['type'] !== 'enum') continue;
        const definitions = byName.get(part['name']) ?? new Set();
        byName.set(part['name'], definitions.add(JSON.stringify(part)));
      }
    }
    expect(byName.size).toBeGreaterThan(10);
    expect([...byName].filter(([, definitions]) => definitions.size > 1).map(([name]) => name)).toEqual([]);
  });

  it('has the types that are generated from it', () => {
    expect(generateTypes({ write: false })).toEqual([]);
  });
});

describe('the rule for changes', () => {
  const inputBreaks: [string, SchemaNode][] = [
    ['adds a required field', changed('OrderFinalized', 'orderId', addField({ name: 'added', type: 'string' }))],
    [
      'adds a nullable field without a default',
      changed('OrderFinalized', 'orderId', addField({ name: 'added', type: ['null', 'string'] })),
    ],
    [
      'adds a required field deep inside',
      changed('OrderFinalized', 'items.itemId', addField({ name: 'a', type: 'int' })),
    ],
    ['renames a required field', changed('OrderFinalized', 'orderId', (field) => void (field.name = 'id'))],
    ['changes a type', changed('OrderFinalized', 'orderId', (field) => void (field.type = 'long'))],
    ['narrows a type', changed('OrderFinalized', 'orderVersion', (field) => void (field.type = 'int'))],
    [
      'makes a nullable field required',
      changed('OrderFinalized', 'party', (field) => void (field.type = innerType(field))),
    ],
    ['makes one value of many', changed('OrderFinalized', 'items', (field) => void (field.type = innerType(field)))],
    ['removes an enum symbol', changed('OrderFinalized', 'state', loseSymbol)],
    [
      'removes an enum symbol deep inside, without a default',
      changed('OrderFinalized', 'items.action', (field) => {
        loseSymbol(field);
        delete innerType(field).default;
      }),
    ],
    ['renames an enum', changed('OrderFinalized', 'state', (field) => void (innerType(field).name = 'Renamed'))],
    ['renames the record', { ...(current('OrderFinalized') as object), name: 'OrderDone' }],
    ['moves the record to another namespace', { ...(current('OrderFinalized') as object), namespace: 'other' }],
    [
      'reads instants in another unit',
      changed('OrderFinalized', 'occurredAt', (field) => {
        field.type = { type: 'long', logicalType: 'timestamp-micros' };
      }),
    ],
    [
      'forgets that a number is an instant',
      changed('OrderFinalized', 'occurredAt', (field) => void (field.type = 'long')),
    ],
  ];

  const outputBreaks: [string, SchemaNode][] = [
    ['removes a required field', changed('CustomerUpdated', 'occurredAt', remove)],
    ['removes a required field deep inside', changed('CustomerUpdated', 'profile.agreements.signedAt', remove)],
    ['adds a required field', changed('CustomerUpdated', 'eventId', addField({ name: 'added', type: 'string' }))],
    ['widens a type', changed('CustomerUpdated', 'version', (field) => void (field.type = 'double'))],
    [
      'makes a required field nullable',
      changed('CustomerUpdated', 'eventId', (f) => void (f.type = ['null', 'string'])),
    ],
    ['renames a required field', changed('CustomerUpdated', 'version', (field) => void (field.name = 'revision'))],
    ['removes an enum symbol', changed('CustomerUpdated', 'changeType', loseSymbol)],
  ];

  const verdicts = (record: string, next: SchemaNode): string[] =>
    incompatibilities(next, current(record), compatibilityOf(record));

  it.each(inputBreaks)('refuses an input that %s', (_, next) => {
    expect(verdicts('OrderFinalized', next)).not.toEqual([]);
  });

  it.each(outputBreaks)('refuses an output that %s', (_, next) => {
    expect(verdicts('CustomerUpdated', next)).not.toEqual([]);
  });

  it('refuses an output that adds an enum symbol which older readers have no default for', () => {
    const withoutDefault = changed('CustomerUpdated', 'changeType', (field) => delete innerType(field).default);
    const next = changed('CustomerUpdated', 'changeType', (field) => void innerType(field).symbols.push('added'));
    expect(incompatibilities(next, withoutDefault, 'FULL_TRANSITIVE')).not.toEqual([]);
  });

  const optional = { name: 'added', type: ['null', 'string'], default: null };
  it.each<[string, string, SchemaNode]>([
    ['an input with a new optional field', 'OrderFinalized', changed('OrderFinalized', 'orderId', addField(optional))],
    ['an input without a field', 'OrderFinalized', changed('OrderFinalized', 'orderDate', remove)],
    [
      'an input with one more symbol',
      'OrderFinalized',
      changed('OrderFinalized', 'state', (f) => void innerType(f).symbols.push('held')),
    ],
    [
      'an output with a new optional field',
      'CustomerUpdated',
      changed('CustomerUpdated', 'eventId', addField(optional)),
    ],
    ['an output without a defaulted field', 'CustomerUpdated', changed('CustomerUpdated', 'causes', remove)],
    [
      'an output with one more symbol',
      'CustomerUpdated',
      changed('CustomerUpdated', 'changeType', (f) => void innerType(f).symbols.push('merged')),
    ],
  ])('lets pass %s', (_, record, next) => {
    expect(verdicts(record, next)).toEqual([]);
  });

  it('reads the symbol of a newer writer as the default of the enum', () => {
    const newer = changed('ProfileCommand', 'kind', (field) => void innerType(field).symbols.push('invented'));
    const [reader, writer] = [current('ProfileCommand'), newer].map((node) =>
      avro.Type.forSchema(node as schema.AvroSchema),
    );
    if (!reader || !writer) throw new Error('no types');
    const command = { eventId: 'e', occurredAt: 1, sourceSystem: 's', customerId: 'c', kind: 'invented' };
    expect(reader.fromBuffer(writer.toBuffer(command), reader.createResolver(writer))).toMatchObject({
      kind: 'unknown',
    });
  });
});
