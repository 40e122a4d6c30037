/** Prometheus and promtool: those of `PROMETHEUS_HOME` or of the path, or downloaded; only a CI run or `PROMETHEUS_DOWNLOAD` downloads them. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, cacheRoot, type Context } from '../src/backing/cache.ts';
import { answers, downloading } from './downloads.ts';

export const NO_PROMETHEUS =
  'no prometheus: put prometheus and promtool on the path, name their directory in PROMETHEUS_HOME, or set PROMETHEUS_DOWNLOAD=1 (Debian)';

export interface Prometheus {
  readonly prometheus: string;
  readonly promtool: string;
}

const IN_PACKAGE = join('usr', 'bin');

const works = async ({ prometheus, promtool }: Prometheus): Promise<boolean> =>
  (await answers(prometheus, '--version')) && (await answers(promtool, '--version'));

const inDirectory = (directory: string): Prometheus => ({
  prometheus: join(directory, 'prometheus'),
  promtool: join(directory, 'promtool'),
});

export const findPrometheus = async (environment: NodeJS.ProcessEnv = process.env): Promise<Prometheus | null> => {
  const home = environment['PROMETHEUS_HOME'];
  const kept = inDirectory(join(cacheRoot(environment), 'prometheus', IN_PACKAGE));
  const onPath = { prometheus: 'prometheus', promtool: 'promtool' };
  for (const found of [...(home ? [inDirectory(home)] : []), onPath, kept]) if (await works(found)) return found;
  const mayDownload = environment['CI'] || environment['PROMETHEUS_DOWNLOAD'];
  if (!mayDownload || !(await answers('apt-get', '--version'))) return null;
  return inDirectory(join(await downloading(environment, downloaded), IN_PACKAGE));
};

/** The package of the distribution, which apt verifies, unpacked and not installed. */
const downloaded = (context: Context): Promise<string> =>
  cached(context, 'prometheus', 'prometheus (once)', async (partial) => {
    const run = (command: string, ...args: readonly string[]) => context.supervisor.run(command, args, partial);
    await run('apt-get', 'download', '--quiet', 'prometheus');
    await run('sh', '-c', 'dpkg-deb --extract prometheus_*.deb . && rm prometheus_*.deb');
    await rm(join(partial, 'usr', 'share'), { recursive: true, force: true });
  });
