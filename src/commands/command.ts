/**
 * The one pattern of a command. A file in this folder exports `register: Register`; it adds its command, options, examples
 * and action to the program. The action loads its own configuration (`loadConfig(process.env, needs)`), imports what is
 * heavy lazily, and throws a ProfileError for what a person can act on; `main.ts` prints it and picks the exit code.
 */
import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { type ErrorCode, ProfileError } from '../errors.ts';

export type Register = (program: Command) => void;

export const EXIT = { ok: 0, failure: 1, usage: 2, refused: 3, unexpected: 70 } as const;

const REFUSED: readonly ErrorCode[] = [
  'CONFIG_INVALID',
  'TOPIC_MISSING',
  'TOPIC_MISMATCH',
  'SCHEMA_INCOMPATIBLE',
  'GROUP_MISMATCH',
  'PERMISSION_MISSING',
];

export const exitCodeOf = (code: ErrorCode): number => {
  if (code === 'USAGE') return EXIT.usage;
  return REFUSED.includes(code) ? EXIT.refused : EXIT.failure;
};

/** Text for `addHelpText('after', …)`: what it does, then the command line. */
export const examples = (...lines: readonly (readonly [what: string, commandLine: string])[]): string =>
  ['', 'Examples:', ...lines.flatMap(([what, line]) => [`  # ${what}`, `  $ customer-profile ${line}`])].join('\n');

/** Reads a whole number ≥ `min` from an option; for commander's argument parsers. */
export const wholeNumber =
  (name: string, min = 0) =>
  (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < min) {
      throw new ProfileError('USAGE', `${name} takes a whole number of at least ${min}`);
    }
    return value;
  };

/** Asks before something is changed. Without a terminal nobody can answer: that is a refusal, never a silent yes. */
export const confirmed = async (question: string, yes: boolean | undefined): Promise<boolean> => {
  if (yes) return true;
  if (!process.stdin.isTTY)
    throw new ProfileError('USAGE', 'nothing was changed: without a terminal to ask on, give --yes');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
};

const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;
const signalNames = Object.keys(SIGNALS) as (keyof typeof SIGNALS)[];
let heeded = 0;

/** The system spares process 1, as in a container, every signal it does not listen for: then it has to end by itself. */
export const endBySignals = (): void => {
  for (const name of signalNames) process.on(name, () => heeded === 0 && process.exit(SIGNALS[name]));
};

/** Aborts on the first SIGINT or SIGTERM, and ends the process on the second; `release` gives the signals back. */
export const untilStopped = (): { readonly signal: AbortSignal; readonly release: () => void } => {
  const stop = new AbortController();
  const abort = () => {
    if (stop.signal.aborted) process.exit(EXIT.failure);
    stop.abort();
  };
  // Listeners that stay: some libraries end the process when nobody but they listens.
  for (const name of signalNames) process.on(name, abort);
  heeded++;
  let released = false;
  return {
    signal: stop.signal,
    release: () => {
      if (released) return;
      released = true;
      heeded--;
      for (const name of signalNames) process.off(name, abort);
    },
  };
};
