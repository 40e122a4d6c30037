/** A copy of the project in which guards are removed, so that the work tree is never touched. */
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Workplace {
  readonly directory: string;
  read(file: string): string;
  write(file: string, text: string): void;
  remove(): void;
}

/** What tests read, besides packages. */
const COPIED = [
  'src',
  'test',
  'proof',
  'schemas',
  'rules',
  'docs',
  'examples',
  'scripts',
  'package.json',
  'jest.config.mjs',
  'tsconfig.json',
];
/** Packages that `patches/` changes: copied, so that what is guarded there can be removed too. All others are linked. */
const PATCHED = ['kafkajs'];

/** Copies the project at `root` into a new temporary directory, which is there until `remove`. */
export const createWorkplace = (root: string): Workplace => {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'customer-profile-sabotage-')));
  const remove = (): void => rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  try {
    for (const name of COPIED) cpSync(join(root, name), join(directory, name), { recursive: true });
    mkdirSync(join(directory, 'node_modules'));
    for (const name of readdirSync(join(root, 'node_modules'))) {
      const [from, to] = [join(root, 'node_modules', name), join(directory, 'node_modules', name)];
      if (PATCHED.includes(name)) cpSync(from, to, { recursive: true });
      else symlinkSync(from, to);
    }
  } catch (error) {
    remove();
    throw error;
  }
  return {
    directory,
    read: (file) => readFileSync(join(directory, file), 'utf8'),
    write: (file, text) => writeFileSync(join(directory, file), text),
    remove,
  };
};
