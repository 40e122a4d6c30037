/** An Avro schema as parsed JSON, made into a tree in which every name is resolved. */
import { isTree, type Tree } from './read.ts';

const PRIMITIVES = ['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'] as const;

export interface Primitive {
  readonly kind: (typeof PRIMITIVES)[number];
}
export interface Fixed {
  readonly kind: 'fixed';
  readonly name: string;
  readonly size: number;
}
export interface EnumNode {
  readonly kind: 'enum';
  readonly name: string;
  readonly symbols: readonly string[];
  readonly otherwise: string | null;
}
export interface Field {
  readonly name: string;
  readonly type: Node;
  /** Undefined when there is none. */
  readonly otherwise: unknown;
}
export interface RecordNode {
  readonly kind: 'record';
  /** With its namespace. */
  readonly name: string;
  readonly fields: Field[];
}
export type Node =
  | Primitive
  | Fixed
  | EnumNode
  | RecordNode
  | { readonly kind: 'array'; readonly items: Node }
  | { readonly kind: 'map'; readonly values: Node }
  | { readonly kind: 'union'; readonly branches: readonly Node[] };

/** Throws when the JSON is no Avro schema. */
export const parseSchema = (json: unknown): Node => nodeOf(json, '', new Map());

const no = (what: string): never => {
  throw new TypeError(`no Avro schema: ${what}`);
};

type Names = Map<string, Node>;

const nodeOf = (json: unknown, namespace: string, names: Names): Node => {
  if (typeof json === 'string') return namedNode(json, namespace, names);
  if (Array.isArray(json)) return { kind: 'union', branches: json.map((branch) => nodeOf(branch, namespace, names)) };
  if (!isTree(json)) return no('neither name, list nor object');
  switch (json['type']) {
    case 'array':
      return { kind: 'array', items: nodeOf(json['items'], namespace, names) };
    case 'map':
      return { kind: 'map', values: nodeOf(json['values'], namespace, names) };
    case 'record':
    case 'error':
      return recordNode(json, namespace, names);
    case 'enum':
      return enumNode(json, namespace, names);
    case 'fixed':
      return fixedNode(json, namespace, names);
    // A logical type is read as what is beneath it.
    default:
      return nodeOf(json['type'], namespace, names);
  }
};

const namedNode = (name: string, namespace: string, names: Names): Node => {
  const kind = PRIMITIVES.find((primitive) => primitive === name);
  if (kind !== undefined) return { kind };
  return names.get(fullName(name, namespace)) ?? names.get(name) ?? no('a name that stands for nothing');
};

const fullName = (name: string, namespace: string): string =>
  name.includes('.') || namespace === '' ? name : `${namespace}.${name}`;

const nameOf = (json: Tree, around: string): { name: string; namespace: string } => {
  const { name: said, namespace: declared } = json;
  if (typeof said !== 'string' || said === '') return no('a type without a name');
  const name = fullName(said, typeof declared === 'string' ? declared : around);
  return { name, namespace: name.slice(0, Math.max(0, name.lastIndexOf('.'))) };
};

const declare = <T extends Node>(names: Names, name: string, node: T): T => {
  if (names.has(name)) no('a name that is taken');
  names.set(name, node);
  return node;
};

const recordNode = (json: Tree, around: string, names: Names): Node => {
  const { name, namespace } = nameOf(json, around);
  if (!Array.isArray(json['fields'])) return no('a record without fields');
  const node: RecordNode = declare(names, name, { kind: 'record', name, fields: [] });
  for (const field of json['fields'] as unknown[]) {
    if (!isTree(field) || typeof field['name'] !== 'string') return no('a field without a name');
    const type = nodeOf(field['type'], namespace, names);
    node.fields.push({ name: field['name'], type, otherwise: field['default'] });
  }
  return node;
};

const enumNode = (json: Tree, around: string, names: Names): Node => {
  const { name } = nameOf(json, around);
  const symbols: unknown = json['symbols'];
  if (!Array.isArray(symbols) || !symbols.every((symbol) => typeof symbol === 'string')) return no('no symbols');
  const otherwise = typeof json['default'] === 'string' ? json['default'] : null;
  return declare(names, name, { kind: 'enum', name, symbols, otherwise });
};

const fixedNode = (json: Tree, around: string, names: Names): Node => {
  const { name } = nameOf(json, around);
  const size = json['size'];
  return typeof size === 'number' ? declare(names, name, { kind: 'fixed', name, size }) : no('no size');
};
