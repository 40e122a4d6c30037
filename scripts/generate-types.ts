/** Generates src/domain/generated/<Record>.ts from schemas/<Record>.avsc; with `--check`, exits 1 where they differ. */
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import avroTs from '@ovotech/avro-ts';
import type { schema as avro } from 'avsc';

const schemaFolder = new URL('../schemas/', import.meta.url);
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
const typesOf = (file: string): string => {
  const schema = JSON.parse(readFileSync(new URL(file, schemaFolder), 'utf8')) as avro.RecordType;
  delete schema.namespace;
  const text = withoutWarnings(() => avroTs.toTypeScript(schema, { logicalTypes: { 'timestamp-millis': 'number' } }));
  const body = text
    .split('\n')
    .filter((line) => !/^export (const|type AvroType)\b/.test(line))
    .join('\n')
    .trim();
  return `/* Generated from schemas/${file}; do not edit. */\n\n${body}\n`;
};

const current = (url: URL): string | null => {
  try {
    return readFileSync(url, 'utf8');
  } catch {
    return null;
  }
};

/** Names of the generated modules that differ from their schemas; written anew when `write`. */
export const generateTypes = ({ write }: { write: boolean }): string[] => {
  mkdirSync(typesFolder, { recursive: true });
  return readdirSync(schemaFolder)
    .filter((file) => file.endsWith('.avsc'))
    .flatMap((file) => {
      const name = file.replace('.avsc', '.ts');
      const url = new URL(name, typesFolder);
      const wanted = typesOf(file);
      if (current(url) === wanted) return [];
      if (write) writeFileSync(url, wanted);
      return [name];
    });
};

if (import.meta.main) {
  const check = process.argv.includes('--check');
  const changed = generateTypes({ write: !check });
  for (const name of changed) console.log(`${check ? 'differs from its schema' : 'generated'}: ${name}`);
  if (check && changed.length > 0) process.exitCode = 1;
}
