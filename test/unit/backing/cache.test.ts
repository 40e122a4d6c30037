import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cached, verify, verifyAll, type Context } from '../../../src/backing/cache.ts';
import { startSupervisor } from '../../../src/backing/supervisor.ts';

describe('the download cache', () => {
  let home: string;
  let context: Context;
  const announced: string[] = [];
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'cache-test-'));
    announced.length = 0;
    context = {
      supervisor: startSupervisor(),
      directory: home,
      environment: { XDG_CACHE_HOME: home },
      onProgress: (message) => announced.push(message),
    };
  });
  afterEach(async () => {
    await context.supervisor.close();
    await rm(home, { recursive: true });
  });
  const entries = (): Promise<string[]> => readdir(join(home, 'customer-profile-stream'));
  const fill = (directory: string): Promise<void> => writeFile(join(directory, 'file'), 'content');

  it('fills a directory once', async () => {
    const first = await cached(context, 'thing', 'the thing', fill);
    expect(await readdir(first)).toEqual(['file']);
    expect(await cached(context, 'thing', 'the thing', () => Promise.reject(new Error('filled twice')))).toBe(first);
    expect(announced).toEqual(['downloading the thing…']);
  });

  it('serves two first runs at once and leaves one whole directory', async () => {
    const both = await Promise.all([1, 2].map(() => cached(context, 'thing', 'the thing', fill)));
    expect(new Set(both).size).toBe(1);
    expect(await entries()).toEqual(['thing']);
  });

  it('keeps nothing of a download that failed or was interrupted', async () => {
    const failing = async (directory: string): Promise<void> => {
      await fill(directory);
      throw new Error('connection lost');
    };
    await expect(cached(context, 'thing', 'the thing', failing)).rejects.toThrow('connection lost');
    expect(await entries()).not.toContain('thing');
    await context.supervisor.close();
    expect(await entries()).toEqual([]);
  });

  it('refuses a file or a set of files that is not the pinned one', async () => {
    const directory = join(home, 'files');
    await mkdir(directory);
    await fill(directory);
    const content = 'ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73';
    const listing = '17da7e84ec395277dc549609f6aedc35f47d9162c04f0962b1e2ae2b608bdc07';
    await verify(join(directory, 'file'), content);
    await verifyAll(directory, listing);
    await writeFile(join(directory, 'file'), 'changed');
    await expect(verify(join(directory, 'file'), content)).rejects.toMatchObject({ code: 'BACKING_SERVICE' });
    await expect(verifyAll(directory, listing)).rejects.toMatchObject({ code: 'BACKING_SERVICE' });
  });
});
