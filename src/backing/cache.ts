import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { readdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ProfileError } from '../errors.ts';
import type { Supervisor } from './supervisor.ts';

/** What the servers are fetched and started with. */
export interface Context {
  readonly supervisor: Supervisor;
  /** Holds the data and logs of this run. */
  readonly directory: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly onProgress: (message: string) => void;
}

/** Where downloads are kept. */
export const cacheRoot = (environment: NodeJS.ProcessEnv): string =>
  join(environment['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'customer-profile-stream');

/**
 * A directory of the download cache, filled on first use. `fill` downloads into a temporary neighbour and verifies it;
 * the rename at the end makes it appear whole or not at all, also for two first runs at once.
 */
export async function cached(
  { supervisor, environment, onProgress }: Context,
  name: string,
  announcement: string,
  fill: (directory: string) => Promise<void>,
): Promise<string> {
  const root = cacheRoot(environment);
  const target = join(root, name);
  if (existsSync(target)) return target;
  onProgress(`downloading ${announcement}…`);
  const partial = await supervisor.directory(join(root, `${name}.partial-`));
  await fill(partial);
  await rename(partial, target).catch(async (error: unknown) => {
    if (!existsSync(target)) throw error;
    await rm(partial, { recursive: true });
  });
  return target;
}

/** Fails with BACKING_SERVICE unless the file has this SHA-256, in hexadecimal. */
export async function verify(file: string, expected: string): Promise<void> {
  if ((await sha256(file)) !== expected) throw corrupt(file);
}

/** The same for a directory: the digest of one `name digest` line a file, in the order of the names. */
export async function verifyAll(directory: string, expected: string): Promise<void> {
  const total = createHash('sha256');
  for (const name of (await readdir(directory)).sort()) {
    total.update(`${name} ${await sha256(join(directory, name))}\n`);
  }
  if (total.digest('hex') !== expected) throw corrupt(directory);
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

const corrupt = (path: string): ProfileError =>
  new ProfileError('BACKING_SERVICE', `the download ${path} does not have the checksum it is pinned to`);
