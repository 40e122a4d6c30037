/** Processes of a test, which end when the test does, even stopped ones. */
import { type ChildProcess, spawn } from 'node:child_process';

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Child {
  readonly process: ChildProcess;
  readonly pid: number;
  readonly ended: Promise<Ended>;
  /** Both output streams so far. */
  readonly output: () => string;
  readonly signal: (signal: NodeJS.Signals) => void;
}

/** Runs a TypeScript file with an IPC channel and an environment of its own. */
export const startChild = (args: readonly string[], env: Readonly<Record<string, string>>): Child =>
  startCommand(process.execPath, args, env);

export const startCommand = (
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Child => {
  const child = spawn(command, args, {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const { pid } = child;
  if (pid === undefined) throw new Error('the process did not start');
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const guard = startGuard(pid);
  const { promise: ended, resolve } = Promise.withResolvers<Ended>();
  child.once('exit', (code, signal) => {
    guard.kill('SIGKILL');
    resolve({ code, signal });
  });
  return { process: child, pid, ended, output: () => output, signal: (signal) => void child.kill(signal) };
};

/** Kills the process once this one is gone: its end of the pipe closes then, whatever ended it. */
const startGuard = (pid: number): ChildProcess =>
  spawn('sh', ['-c', `read _; kill -9 ${pid}`], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
