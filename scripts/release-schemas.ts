/** Adds what has changed in schemas/ to schemas/released/ as the next version; refuses what breaks a released one. */
import { copyFileSync, mkdirSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { compatibilityOf, incompatibilities } from './compatibility.ts';
import { currentFile, readSchemaFile, recordNames, releasedFile, releasedVersions } from './schema-files.ts';

for (const record of recordNames()) {
  const next = readSchemaFile(currentFile(record));
  const released = releasedVersions(record);
  if (isDeepStrictEqual(next, released.at(-1))) continue;

  const faults = released.flatMap((version, index) =>
    incompatibilities(next, version, compatibilityOf(record)).map((fault) => `version ${index + 1}: ${fault}`),
  );
  if (faults.length > 0) {
    console.error([`${record} is not compatible with what was released:`, ...faults].join('\n  '));
    process.exitCode = 1;
    continue;
  }
  const target = releasedFile(record, released.length + 1);
  mkdirSync(new URL('.', target), { recursive: true });
  copyFileSync(currentFile(record), target);
  console.log(`released ${record} version ${released.length + 1}`);
}
