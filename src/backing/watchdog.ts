/**
 * The process that owns the servers: it alone starts them and makes their directories, in a session of its own. When
 * the channel to its parent closes, for whatever reason (stop, ctrl-C, SIGKILL, crash), it kills and removes them all.
 */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';

export type Request =
  | { readonly id: number; readonly kind: 'directory'; readonly prefix: string }
  | {
      readonly id: number;
      readonly kind: 'spawn';
      readonly command: string;
      readonly args: readonly string[];
      /** Takes both output streams. */
      readonly logFile: string;
      readonly directory: string;
    };

export type Reply =
  | { readonly id: number; readonly kind: 'made'; readonly path: string }
  | { readonly id: number; readonly kind: 'spawned'; readonly pid: number }
  | { readonly id: number; readonly kind: 'failed'; readonly code: string; readonly message: string }
  | { readonly id: number; readonly kind: 'exited'; readonly status: number | null };

const directories: string[] = [];
const groups = new Set<number>();
let closing = false;

const reply = (message: Reply): void => {
  if (process.connected) process.send?.(message);
};

function handle(request: Request): void {
  if (request.kind === 'directory') {
    mkdirSync(dirname(request.prefix), { recursive: true });
    const path = mkdtempSync(request.prefix);
    directories.push(path);
    reply({ id: request.id, kind: 'made', path });
    return;
  }
  const { id, command, args, logFile, directory } = request;
  const log = openSync(logFile, 'a');
  // A process group each, so that the helpers of a helper (pip, a wrapper script) end with it.
  const child = spawn(command, args, { cwd: directory, detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  const { pid } = child;
  child.on('error', (error: NodeJS.ErrnoException) => fail(id, error));
  if (pid === undefined) return;
  groups.add(pid);
  reply({ id, kind: 'spawned', pid });
  child.on('exit', (status) => {
    groups.delete(pid);
    reply({ id, kind: 'exited', status });
    finishWhenAlone();
  });
}

const fail = (id: number, error: NodeJS.ErrnoException): void =>
  reply({ id, kind: 'failed', code: error.code ?? 'UNKNOWN', message: error.message });

function close(): void {
  closing = true;
  for (const group of groups) kill(group);
  finishWhenAlone();
}

function kill(group: number): void {
  try {
    process.kill(-group, 'SIGKILL');
  } catch {
    // It has just ended by itself; its exit event follows.
  }
}

function finishWhenAlone(): void {
  if (!closing || groups.size > 0) return;
  for (const directory of directories) rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  process.exit();
}

process.on('message', (request: Request) => {
  if (closing) return;
  try {
    handle(request);
  } catch (error) {
    fail(request.id, error as NodeJS.ErrnoException);
  }
});
process.on('disconnect', close);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, close);
