/** Tools that one can do without: looked for, and downloaded once where that is wanted. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Context } from '../src/backing/cache.ts';
import { supervised } from '../src/backing/processes.ts';

/** Whether there is such a command, and it runs. */
export const answers = (command: string, ...args: readonly string[]): Promise<boolean> =>
  promisify(execFile)(command, args).then(
    () => true,
    () => false,
  );

/** Gives `download` what downloads need, and tells on the standard error how it goes. */
export const downloading = async <T>(
  environment: NodeJS.ProcessEnv,
  download: (context: Context) => Promise<T>,
): Promise<T> => {
  const onProgress = (message: string) => process.stderr.write(`${message}\n`);
  const { downloaded, stop } = await supervised({ environment, onProgress }, async (context) => ({
    downloaded: await download(context),
  }));
  await stop();
  return downloaded;
};
