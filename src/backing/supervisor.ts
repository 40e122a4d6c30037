import { fork } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { ProfileError } from '../errors.ts';
import type { Reply, Request } from './watchdog.ts';

/** A process that the watchdog started and will not outlive. */
export interface Child {
  readonly pid: number;
  /** The exit status, null after a signal. */
  readonly exited: Promise<number | null>;
}

/** The parent's handle on its watchdog; see watchdog.ts for what it guarantees. */
export interface Supervisor {
  /** A new directory whose path begins with `prefix`, removed at the end unless it was renamed. */
  directory(prefix: string): Promise<string>;
  /** Starts a process. Fails with BACKING_SERVICE, whose cause has code ENOENT when there is no such command. */
  spawn(command: string, args: readonly string[], directory: string, logFile: string): Promise<Child>;
  /** Runs a command to its end. Fails with BACKING_SERVICE, with the end of its output, unless it exits with 0. */
  run(command: string, args: readonly string[], directory: string): Promise<void>;
  /** Ends every process at once, without grace, and removes the directories. */
  close(): Promise<void>;
}

type Settle = (reply: Exclude<Reply, { kind: 'exited' }>) => void;
type Unnumbered = Request extends infer R ? (R extends Request ? Omit<R, 'id'> : never) : never;

export function startSupervisor(): Supervisor {
  const script = join(import.meta.dirname, `watchdog${extname(import.meta.filename)}`);
  const watchdog = fork(script, [], { detached: true, execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  const gone = new Promise<void>((resolve) => watchdog.once('exit', () => resolve()));
  const waiting = new Map<number, Settle>();
  const exits = new Map<number, (status: number | null) => void>();
  let lastId = 0;

  watchdog.on('message', (reply: Reply) => {
    if (reply.kind === 'exited') exits.get(reply.id)?.(reply.status);
    else waiting.get(reply.id)?.(reply);
    (reply.kind === 'exited' ? exits : waiting).delete(reply.id);
  });
  void gone.then(() => {
    for (const [id, settle] of waiting)
      settle({ id, kind: 'failed', code: 'CLOSED', message: 'services were stopped' });
    for (const exit of exits.values()) exit(null);
    waiting.clear();
    exits.clear();
  });

  function ask(id: number, request: Unnumbered): Promise<Exclude<Reply, { kind: 'exited' | 'failed' }>> {
    return new Promise((resolve, reject) => {
      const failed = (code: string, message: string): void =>
        reject(new ProfileError('BACKING_SERVICE', message, { cause: { code } }));
      waiting.set(id, (reply) => (reply.kind === 'failed' ? failed(reply.code, reply.message) : resolve(reply)));
      watchdog.send({ ...request, id }, (error) => {
        if (error !== null) failed('CLOSED', 'the watchdog of the backing services is gone');
      });
    });
  }

  async function spawn(command: string, args: readonly string[], directory: string, logFile: string): Promise<Child> {
    const id = ++lastId;
    const exited = new Promise<number | null>((resolve) => exits.set(id, resolve));
    const reply = await ask(id, { kind: 'spawn', command, args, directory, logFile });
    if (reply.kind !== 'spawned') throw new TypeError(`unexpected reply ${reply.kind}`);
    return { pid: reply.pid, exited };
  }

  return {
    spawn,
    async directory(prefix) {
      const reply = await ask(++lastId, { kind: 'directory', prefix });
      if (reply.kind !== 'made') throw new TypeError(`unexpected reply ${reply.kind}`);
      return reply.path;
    },
    async run(command, args, directory) {
      const logFile = join(directory, `command-${++lastId}.log`);
      const child = await spawn(command, args, directory, logFile);
      if ((await child.exited) === 0) return;
      throw new ProfileError('BACKING_SERVICE', `${command} failed: ${await endOf(logFile)}`);
    },
    async close() {
      if (watchdog.connected) watchdog.disconnect();
      await gone;
    },
  };
}

/** The last lines of a log, for an error message. */
export async function endOf(logFile: string): Promise<string> {
  const text = await readFile(logFile, 'utf8').catch(() => '');
  return text.trim().split('\n').slice(-15).join('\n');
}
