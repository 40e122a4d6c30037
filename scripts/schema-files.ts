/** The schemas as they are, and as they were released. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import type { SchemaNode } from './compatibility.ts';

export const schemaFolder = new URL('../schemas/', import.meta.url);

export const recordNames = (): string[] =>
  readdirSync(schemaFolder)
    .filter((file) => file.endsWith('.avsc'))
    .map((file) => file.replace('.avsc', ''))
    .sort();

export const currentFile = (record: string): URL => new URL(`${record}.avsc`, schemaFolder);
export const releasedFile = (record: string, version: number): URL =>
  new URL(`released/${record}/${version}.avsc`, schemaFolder);

export const readSchemaFile = (file: URL): SchemaNode => JSON.parse(readFileSync(file, 'utf8')) as SchemaNode;

/** Every released version of a record, the first one first: versions are numbered from 1 without gaps. */
export const releasedVersions = (record: string): SchemaNode[] => {
  const versions: SchemaNode[] = [];
  while (existsSync(releasedFile(record, versions.length + 1))) {
    versions.push(readSchemaFile(releasedFile(record, versions.length + 1)));
  }
  return versions;
};
