/** Runs named tests in a copy of the project and tells which of them passed. */
import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { projectOf } from './guard.ts';

export interface TestResult {
  /** Path below the project. */
  readonly file: string;
  /** With the names of the blocks around it. */
  readonly name: string;
  readonly passed: boolean;
}

export interface Selection {
  /** All of one Jest project. */
  readonly files: readonly string[];
  /** Parts of the names of the tests to run. */
  readonly names: readonly string[];
}

/** Resolves to the tests that ran; those of a file that could not be loaded did not. Rejects when Jest itself fails. */
export type RunTests = (selection: Selection) => Promise<readonly TestResult[]>;

export interface JestOptions {
  readonly directory: string;
  /** Added to that of this process: the addresses of servers. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** A sabotage may make a test hang; then Jest is killed. */
  readonly deadlineMs?: number;
}

const DEADLINE_MS = 600_000;

export const createJest = (options: JestOptions): RunTests => {
  const { directory, environment = {}, signal, deadlineMs = DEADLINE_MS } = options;
  const report = join(directory, 'report.json');
  return async ({ files, names }) => {
    rmSync(report, { force: true });
    const deadline = AbortSignal.timeout(deadlineMs);
    const jest = spawn(process.execPath, argumentsOf(files, names, directory, report), {
      cwd: directory,
      // Jest within Jest must not take itself for a worker of the outer one.
      env: { ...process.env, JEST_WORKER_ID: undefined, NODE_ENV: undefined, ...environment },
      stdio: ['ignore', 'ignore', 'pipe'],
      signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
      killSignal: 'SIGKILL',
    });
    let said = '';
    jest.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-2_000)));
    // Killed by the signal: the report is missing then.
    jest.on('error', () => undefined);
    await new Promise((resolve) => jest.once('close', resolve));
    signal?.throwIfAborted();
    if (deadline.aborted) throw new Error(`the tests did not end within ${deadlineMs / 1000} s`);
    return resultsIn(report, directory, said);
  };
};

const argumentsOf = (
  files: readonly string[],
  names: readonly string[],
  directory: string,
  report: string,
): readonly string[] => [
  ...['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js'],
  ...['--selectProjects', projectOf(files[0] ?? '')],
  ...['--testNamePattern', names.map((name) => RegExp.escape(name)).join('|')],
  ...['--runInBand', '--forceExit', '--json', `--outputFile=${report}`],
  `--cacheDirectory=${join(directory, 'jest-cache')}`,
  ...['--runTestsByPath', ...files],
];

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

const resultsIn = (report: string, directory: string, said: string): TestResult[] => {
  let read: Report;
  try {
    read = JSON.parse(readFileSync(report, 'utf8')) as Report;
  } catch {
    throw new Error(`Jest wrote no report: ${said}`);
  }
  return read.testResults.flatMap(({ name: path, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === 'passed' || status === 'failed')
      .map(({ fullName, status }) => ({
        file: relative(directory, path),
        name: fullName,
        passed: status === 'passed',
      })),
  );
};
