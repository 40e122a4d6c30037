import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ProfileError } from '../errors.ts';
import type { Context } from './cache.ts';
import { endOf, type Child } from './supervisor.ts';

/** How to run one server. */
export interface Recipe {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Where clients reach it. */
  readonly address: string;
  /** Makes the server ready where that takes more than waiting. Throws while it is not; asked again and again. */
  ready(): Promise<void>;
}

/** Control over a running server, for tests that break it. Port and data stay the same through restarts. */
export interface ServerControl {
  /** Of the latest start. */
  readonly pid: number;
  /** SIGTERM, and the wait for its end. */
  stop(): Promise<void>;
  /** SIGKILL, and the wait for its end. */
  kill(): Promise<void>;
  /** SIGSTOP: connections stay open and nothing answers. */
  pause(): void;
  /** SIGCONT. */
  resume(): void;
  /** Stops it if it runs, starts it, and waits until it is ready. */
  restart(): Promise<void>;
}

/** The directory, within that of the run, in which a server of this name keeps its files. */
export const directoryName = (name: string): string => name.toLowerCase().replaceAll(' ', '-');

const READY_WITHIN_MS = 90_000;
const STOPPED_WITHIN_MS = 20_000;

/** Starts a server and waits until it is ready. */
export async function startServer(context: Context, recipe: Recipe): Promise<ServerControl> {
  let starts = 0;
  let running = false;
  let child = await start();

  async function start(): Promise<Child> {
    const startedAt = performance.now();
    const logFile = join(context.directory, `${recipe.name}-${++starts}.log`.replaceAll(' ', '-'));
    const started = await context.supervisor.spawn(recipe.command, recipe.args, context.directory, logFile);
    running = true;
    void started.exited.then(() => (running = false));
    await untilReady(startedAt, logFile);
    context.onProgress(`${recipe.name} is ready (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`);
    return started;
  }

  async function untilReady(startedAt: number, logFile: string): Promise<void> {
    for (;;) {
      const failure = await recipe.ready().catch((error: unknown) => error);
      if (failure === undefined) return;
      if (!running || performance.now() - startedAt > READY_WITHIN_MS) {
        const message = `${recipe.name} did not start. The end of its log:\n${await endOf(logFile)}`;
        throw new ProfileError('BACKING_SERVICE', message, { cause: failure });
      }
      await sleep(100);
    }
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (!running) return;
    send(signal);
    send('SIGCONT');
    const deadline = setTimeout(() => send('SIGKILL'), STOPPED_WITHIN_MS);
    await child.exited;
    clearTimeout(deadline);
  }

  function send(signal: NodeJS.Signals): void {
    try {
      process.kill(child.pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  return {
    get pid() {
      return child.pid;
    },
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    pause: () => send('SIGSTOP'),
    resume: () => send('SIGCONT'),
    async restart() {
      await end('SIGTERM');
      child = await start();
    },
  };
}
