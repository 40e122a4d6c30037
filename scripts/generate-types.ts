/** Generates src/domain/generated/<Record>.ts from schemas/<Record>.avsc; with `--check`, exits 1 where they differ. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import avroTs from '@ovotech/avro-ts';
import type { schema as avro } from 'avsc';
import { currentFile, readSchemaFile, recordNames } from './schema-files.ts';

const typesFolder = new URL('../src/domain/generated/', import.meta.url);

/** The generator calls factories that TypeScript has deprecated, and TypeScript says so on the console. */
const withoutWarnings = <T>(work: () => T): T => {
  const { warn } = console;
  console.warn = () => undefined;
  try {
    return work();
  } finally {
    console.warn = warn;
  }
};

/** The types of one schema, as the text of a module. Records carry no namespace: files are self-contained. */
const typesOf = (record: string): string => {
  const schema = readSchemaFile(currentFile(record)) as unknown as avro.RecordType;
  delete schema.namespace;
  const text = withoutWarnings(() => avroTs.toTypeScript(schema, { logicalTypes: { 'timestamp-millis': 'number' } }));
  const body = text
    .split('\n')
    .filter((line) => !/^export (const|type AvroType)\b/.test(line))
    .join('\n')
    .trim();
  return `/* Generated from schemas/${record}.avsc; do not edit. */\n\n${body}\n`;
};

const current = (url: URL): string | null => {
  try {
    return readFileSync(url, 'utf8');
  } catch {
    return null;
  }
};

/** Records whose generated types differ from their schemas; written anew when `write`. */
export const generateTypes = ({ write }: { write: boolean }): string[] => {
  mkdirSync(typesFolder, { recursive: true });
  return recordNames().filter((record) => {
    const file = new URL(`${record}.ts`, typesFolder);
    const wanted = typesOf(record);
    const differs = current(file) !== wanted;
    if (differs && write) writeFileSync(file, wanted);
    return differs;
  });
};

if (import.meta.main) {
  const check = process.argv.includes('--check');
  const changed = generateTypes({ write: !check });
  for (const name of changed) console.log(`${check ? 'differs from its schema' : 'generated'}: ${name}`);
  if (check && changed.length > 0) process.exitCode = 1;
}
