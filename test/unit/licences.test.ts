/** What is shipped may be shipped. */
import { readFileSync } from 'node:fs';

interface Locked {
  readonly license?: string;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
}

const ALLOWED = [
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'ISC',
  'MIT',
  'Public Domain',
  'Unlicense',
];

/** Says it only in its file LICENSE. */
const MIT_BY_FILE = 'node_modules/@kafkajs/confluent-schema-registry';

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, Locked> };
const shipped = Object.entries(packages).filter(
  ([path, { dev, devOptional }]) => path !== '' && dev !== true && devOptional !== true,
);

/** Alternatives: one of them is enough. */
const isAllowed = (licence: string): boolean =>
  licence
    .replaceAll(/[()]/g, '')
    .split(' OR ')
    .some((each) => ALLOWED.includes(each));

it('every package in the image has a licence that lets us pass it on', () => {
  expect(shipped.length).toBeGreaterThan(50);
  expect(readFileSync(`${MIT_BY_FILE}/LICENSE`, 'utf8')).toMatch(/^MIT License/);
  const unknown = shipped.filter(([path, { license = '' }]) => path !== MIT_BY_FILE && !isAllowed(license));
  expect(unknown.map(([path, { license }]) => [path, license])).toEqual([]);
});
