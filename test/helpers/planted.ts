/** Events with something to find a customer by in every text that their schema knows, whatever is added to it later. */
import avro from 'avsc';
import { recordType } from '../../src/adapters/registry/schemas.ts';

export const PLANTED_TYPES = ['OrderFinalized', 'ContractSigned', 'PrivacyRequested'] as const;
export type PlantedType = (typeof PLANTED_TYPES)[number];

/** Members by their names, wherever they are, in place of what is planted there. */
export type Said = Readonly<Record<string, unknown>>;

/** An event as plain data. */
export type Planted = Said & { readonly customerId: string; readonly eventId: string };

export const planted = (n: number, what: string): string => `planted-${n}-${what}`;
export const idOf = (n: number): string => planted(n, 'id');

const { RecordType, ArrayType, MapType, EnumType, UnwrappedUnionType } = avro.types;
const DAY_MS = 86_400_000;

/** As long as a text may hold anything it says whose it is; these have a form, and are unlike any other of theirs. */
const MARK = /planted-\d+-[\w.-]*|\b1066-\d\d-\d\d\b|"Q[A-Z]{2}"|4930777\d{4}/gi;

const formed = (n: number): Said => ({
  birthDate: new Date(Date.UTC(1066, 0, 1) + n * DAY_MS).toISOString().slice(0, 10),
  currency: `Q${String.fromCharCode(65 + Math.floor(n / 26), 65 + (n % 26))}`,
  phoneNumber: `+4930777${String(n).padStart(4, '0')}`,
  emailAddress: `${planted(n, 'mail')}@example.com`,
});

/** What of any customer is in a text; of all that is found the first few. */
export const marksIn = (text: string): string[] => [...new Set(text.match(MARK))].slice(0, 5);

/** `what`: tells the customer's events apart. `at`: when everything in it is stated, ms. */
export const plantedEvent = (type: PlantedType, n: number, what: string, at: number, said: Said = {}): Planted => {
  const own = {
    ...{ customerId: idOf(n), minorUnits: 1_999, validation: 'verified', validTo: at + 900 * DAY_MS },
    ...formed(n),
    ...said,
  };
  return valueOf(recordType(type), what, { n, at, said: own }) as Planted;
};

interface Life {
  readonly n: number;
  readonly at: number;
  readonly said: Said;
}

const MEDIA = ['email', 'phone', 'postalAddress'];

/** `path`: ends with the name of the member. */
const valueOf = (type: avro.Type, path: string, life: Life): unknown => {
  const { n, at, said } = life;
  const name = path.slice(path.lastIndexOf('.') + 1);
  if (Object.hasOwn(said, name)) return said[name];
  if (type instanceof RecordType) {
    return Object.fromEntries(
      type.fields.map((field) => [field.name, valueOf(field.type, `${path}.${field.name}`, life)]),
    );
  }
  if (type instanceof UnwrappedUnionType) return valueOf(chosenOf(type.types), path, life);
  if (type instanceof ArrayType) {
    const all: Said[] = name === 'contactMediums' ? MEDIA.map((mediumType) => ({ mediumType })) : [{}];
    return all.map((more) => valueOf(type.itemsType, path, { ...life, said: { ...said, ...more } }));
  }
  if (type instanceof MapType)
    return { [planted(n, `${path}-name`)]: valueOf(type.valuesType as avro.Type, path, life) };
  if (type instanceof EnumType) return type.symbols.find((symbol) => symbol !== 'unknown');
  const values: Said = { string: planted(n, path), boolean: true, int: 12, long: at };
  if (!Object.hasOwn(values, type.typeName)) throw new Error(`nothing is planted in a ${type.typeName}`);
  return values[type.typeName];
};

const chosenOf = (branches: readonly avro.Type[]): avro.Type => {
  const [chosen, ...others] = branches.filter(({ typeName }) => typeName !== 'null');
  if (chosen === undefined || others.length > 0) throw new Error('a union of several is planted by nobody');
  return chosen;
};

/** Where a type has texts: `items[].productId`; of maps the names as well, `items[].characteristics{}`. */
export const textPathsOf = (type: avro.Type, path = ''): string[] => {
  if (type instanceof RecordType) {
    return type.fields.flatMap((field) => textPathsOf(field.type, path === '' ? field.name : `${path}.${field.name}`));
  }
  if (type instanceof UnwrappedUnionType) return type.types.flatMap((branch) => textPathsOf(branch, path));
  if (type instanceof ArrayType) return textPathsOf(type.itemsType, `${path}[]`);
  if (type instanceof MapType) return [`${path}{}`, ...textPathsOf(type.valuesType as avro.Type, `${path}{}`)];
  return type.typeName === 'string' ? [path] : [];
};

/** Where a value has marks, in the same words; schemas play no part in it. */
export const markedPathsOf = (value: unknown, path = ''): string[] => {
  if (typeof value === 'string') return marksIn(JSON.stringify(value)).length > 0 ? [path] : [];
  if (Array.isArray(value)) return value.flatMap((each) => markedPathsOf(each, `${path}[]`));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    if (marksIn(name).length > 0) return [`${path}{}`, ...markedPathsOf(member, `${path}{}`)];
    return markedPathsOf(member, path === '' ? name : `${path}.${name}`);
  });
};
