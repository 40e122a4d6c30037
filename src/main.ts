#!/usr/bin/env -S MALLOC_ARENA_MAX=2 node --max-old-space-size=200 --max-semi-space-size=24 --heap-growing-percent=40
/** The binary: picks a command, and turns what it throws into one line and an exit code. */
import { Command, CommanderError } from 'commander';
import { endBySignals, EXIT, exitCodeOf, type Register } from './commands/command.ts';
import { isProfileError } from './errors.ts';

/** Only the module of the command that was asked for is loaded, so that the start is fast. */
const COMMANDS: Record<string, { readonly summary: string; readonly load: () => Promise<{ register: Register }> }> = {
  run: { summary: 'process events: one member of the consumer group', load: () => import('./commands/run.ts') },
  demo: { summary: 'start servers, publish events, watch the profiles grow', load: () => import('./commands/demo.ts') },
  check: { summary: 'say what works and what to do about the rest', load: () => import('./commands/check.ts') },
  topics: { summary: 'create topics and register schemas', load: () => import('./commands/topics.ts') },
  get: { summary: 'show the profile of a customer', load: () => import('./commands/get.ts') },
  export: { summary: 'give a customer what is known of the customer', load: () => import('./commands/export.ts') },
  retention: { summary: 'let go of what may not be kept any longer', load: () => import('./commands/retention.ts') },
  erase: { summary: 'forget a customer for good, and tell when it is done', load: () => import('./commands/erase.ts') },
  refresh: { summary: 'derive profiles again after a change of rules', load: () => import('./commands/refresh.ts') },
  watch: { summary: 'follow the published changes', load: () => import('./commands/watch.ts') },
  'dead-letters': {
    summary: 'list, show and redrive refused messages',
    load: () => import('./commands/dead-letters.ts'),
  },
};

const EXIT_CODES = `
Exit codes:
  ${EXIT.ok}   done
  ${EXIT.failure}   not done: not found, a service is unavailable, a check failed
  ${EXIT.usage}   wrong use of the command line
  ${EXIT.refused}   refused: bad configuration, missing or unequal topics, incompatible schemas, missing permissions, another group's database
  ${EXIT.unexpected}  an unexpected error

Configuration is environment variables only: customer-profile check --print-settings`;

const programFor = async (name: string | undefined): Promise<Command> => {
  const program = new Command('customer-profile')
    .description('One profile a customer, from orders and contracts, exactly once.')
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .addHelpText('after', EXIT_CODES);
  const wanted = name === undefined ? undefined : COMMANDS[name];
  if (wanted) (await wanted.load()).register(program);
  else for (const [other, { summary }] of Object.entries(COMMANDS)) program.command(other).summary(summary);
  return program;
};

const report = (error: unknown): number => {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (!isProfileError(error)) {
    console.error(error);
    return EXIT.unexpected;
  }
  console.error(`${error.code}: ${error.message}`);
  if (process.env['LOG_LEVEL'] === 'debug') console.error(error);
  return exitCodeOf(error.code);
};

if (process.pid === 1) endBySignals();

// Whoever reads our output may have read enough, as `head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});

const words = process.argv.slice(2);
// `help get` is `get --help`.
const args = words[0] === 'help' ? [...words.slice(1), '--help'] : words;
try {
  await (await programFor(args[0])).parseAsync(args.length > 0 ? args : ['--help'], { from: 'user' });
} catch (error) {
  process.exitCode = report(error);
}
