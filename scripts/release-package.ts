/** Packs what is in src/ as the release that the next one is tested beside (test/faults/upgrade.test.ts): compiled, without maps and types. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageVersion } from '../src/package-version.ts';

const RELEASED = 'test/released.tgz';
const directory = mkdtempSync(join(tmpdir(), 'release-'));
const run = (command: string, ...args: readonly string[]): string => execFileSync(command, args, { encoding: 'utf8' });
try {
  // What an earlier build has left is no part of it.
  rmSync('dist', { recursive: true, force: true });
  run('npm', 'run', 'build', '--silent');
  const packed = run('npm', 'pack', '--silent', '--pack-destination', directory).trim().split('\n').at(-1) ?? '';
  run(
    'tar',
    '-xzf',
    join(directory, packed),
    '-C',
    directory,
    '--exclude=*.map',
    '--exclude=*.d.ts',
    '--exclude=examples',
  );
  run('tar', '-czf', RELEASED, '-C', directory, 'package');
  console.log(`${packageVersion()} is in ${RELEASED}: beside it the next release has to work`);
} finally {
  rmSync(directory, { recursive: true });
}
