import { readFileSync } from 'node:fs';
import { settingEntries } from '../../../src/settings.ts';
import { CHART, valuesOf } from '../../helpers/chart.ts';

interface Node {
  readonly type?: unknown;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly additionalProperties?: unknown;
  readonly [keyword: string]: unknown;
}

const schema = JSON.parse(readFileSync(`${CHART}/values.schema.json`, 'utf8')) as Node;
const settings = (picked: (setting: (typeof settingEntries)[number][1]) => unknown): string[] =>
  settingEntries.flatMap(([name, setting]) => (picked(setting) ? [name] : []));
const propertiesOf = (name: string): string[] => Object.keys(schema.properties?.[name]?.properties ?? {});

it('takes every setting, and nothing else, where its kind has its place', () => {
  expect(propertiesOf('config').sort()).toEqual(settings(({ secret, file }) => !secret && !file).sort());
  expect(propertiesOf('secrets').sort()).toEqual(settings(({ secret }) => secret).sort());
  expect(propertiesOf('files').sort()).toEqual(settings(({ file }) => file).sort());
});

it('requires what is required', () => {
  const required = [schema.properties?.['config'], schema.properties?.['secrets']].flatMap(
    (node) => node?.['required'] as string[],
  );
  expect(required.sort()).toEqual(settings(({ required: needed, need }) => needed && need !== 'retention').sort());
});

const objectsIn = (node: unknown, path: string): [string, Node][] => {
  if (Array.isArray(node)) return node.flatMap((each, i) => objectsIn(each, `${path}/${i}`));
  if (typeof node !== 'object' || node === null) return [];
  const inner = Object.entries(node).flatMap(([key, each]) => objectsIn(each, `${path}/${key}`));
  const { type } = node as Node;
  return type === 'object' ? [[path, node as Node], ...inner] : inner;
};

it('is closed everywhere: an object has its properties only, or any strings', () => {
  const objects = objectsIn(schema, '').filter(([path]) => path !== '/properties/global');
  expect(objects.length).toBeGreaterThan(20);
  const open = objects.filter(([, { additionalProperties: more }]) => more !== false && !isString(more));
  expect(open.map(([path]) => path)).toEqual([]);
});

const isString = (more: unknown): boolean => JSON.stringify(more) === '{"type":"string"}';

it('has a default for every value, but for what only a parent chart gives', () => {
  const known = Object.keys(schema.properties ?? {}).filter((name) => name !== 'global');
  expect(Object.keys(valuesOf('values.yaml')).sort()).toEqual(known.sort());
});

it('goes with the version of the package', () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  expect(valuesOf('Chart.yaml')).toMatchObject({ version, appVersion: version });
});
