/** The latest release, as it was packed. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';

const PACKED = 'test/released.tgz';
/** Below the packages that it imports, which are those of this release: they are pinned, and upgraded with care. */
const UNPACKED = 'node_modules/.cache';

/** Its binary. */
export const releasedMain = (): string => {
  const digest = createHash('sha256').update(readFileSync(PACKED)).digest('hex').slice(0, 12);
  const directory = join(UNPACKED, `released-${digest}`);
  if (!existsSync(directory)) {
    const partial = `${directory}.${process.pid}`;
    mkdirSync(partial, { recursive: true });
    execFileSync('tar', ['-xzf', PACKED, '-C', partial]);
    renameSync(partial, directory);
  }
  return join(directory, 'package', 'dist', 'main.js');
};
