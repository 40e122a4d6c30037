/** The Docker client, as a person would use it. `DOCKER` may name another binary. */
import { type ExecFileException, execFile } from 'node:child_process';

export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export const docker = (...args: readonly string[]): Promise<Ended> =>
  new Promise((resolve) => {
    const settled = (error: ExecFileException | null, out: string, err: string): void => {
      const code = typeof error?.code === 'number' ? error.code : error ? -1 : 0;
      resolve({ code, out: out.trim(), err: error?.code === 'ENOENT' ? 'there is no docker command' : err.trim() });
    };
    const env = { ...process.env, DOCKER_BUILDKIT: '1' };
    execFile(process.env['DOCKER'] || 'docker', args, { env, maxBuffer: 64 << 20 }, settled);
  });

/** Its output, or an error that carries what it complained of. */
export const dockerOutput = async (...args: readonly string[]): Promise<string> => {
  const { code, out, err } = await docker(...args);
  if (code !== 0)
    throw new Error(`docker ${args[0] ?? ''} ended with ${code}: ${err.split('\n').slice(-15).join('\n')}`);
  return out;
};
