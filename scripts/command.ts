/** Programs that a check calls, as a person would call them. */
import { type ExecFileException, execFile } from 'node:child_process';

export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export const run = (program: string, args: readonly string[], more: NodeJS.ProcessEnv = {}): Promise<Ended> =>
  new Promise((resolve) => {
    const settled = (error: ExecFileException | null, out: string, err: string): void => {
      const code = typeof error?.code === 'number' ? error.code : error ? -1 : 0;
      const absent = error?.code === 'ENOENT';
      resolve({ code, out: out.trim(), err: absent ? `there is no command ${program}` : err.trim() });
    };
    execFile(program, args, { env: { ...process.env, ...more }, maxBuffer: 64 << 20 }, settled);
  });

/** Its output, or an error that carries what it complained of. */
export const outputOf = async (program: string, args: readonly string[], more?: NodeJS.ProcessEnv): Promise<string> => {
  const { code, out, err } = await run(program, args, more);
  if (code === 0) return out;
  throw new Error(`${program} ${args[0] ?? ''} ended with ${code}: ${err.split('\n').slice(-15).join('\n')}`);
};
