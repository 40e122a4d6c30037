import { ProfileError } from '../errors.ts';
import { examples, EXIT, type Register, untilStopped, wholeNumber } from './command.ts';
import type { DemoOptions } from './demo/run.ts';
import { printJson } from './terminal.ts';

type Options = DemoOptions & { readonly json?: true };

const HELP = examples(
  ['Watch it, until ctrl-C', 'demo'],
  ['Drain, verify every profile and every version, stop', 'demo --once'],
  ['The same for a script: exit code 0 only when everything was right', 'demo --once --json'],
  ['Leave everything running and look around', 'demo --keep'],
);

export const register: Register = (program) => {
  program
    .command('demo')
    .summary('start servers, publish events, watch the profiles grow')
    .description(
      'Starts Kafka, MongoDB and a schema registry, unless the environment names them, publishes a realistic stream,\n' +
        'processes it in this process, shows what comes of it, and verifies it against the log of inputs.\n' +
        'Stops everything at the end and leaves nothing behind.',
    )
    .option('--events <n>', 'messages in the burst', wholeNumber('--events', 1), 20_000)
    .option('--customers <n>', 'customers they are about', wholeNumber('--customers', 1), 2_000)
    .option('--seed <n>', 'the same seed gives the same messages', wholeNumber('--seed'), 42)
    .option('--once', 'stop after the verification; exit code 1 when anything is wrong')
    .option('--keep', 'after the verification leave servers and processor running until ctrl-C')
    .option('--json', 'one JSON document on standard output at the end, progress on standard error')
    .addHelpText('after', HELP)
    .action(demo);
};

const demo = async ({ json, ...options }: Options): Promise<void> => {
  const [{ startBackingServices }, { createScreen }] = await Promise.all([
    import('../backing/index.ts'),
    import('./demo/screen.ts'),
  ]);
  const screen = createScreen(json ? process.stderr : process.stdout);
  const { signal, release } = untilStopped();
  // Nothing to finish yet: servers that are just starting end with this process.
  const leave = () => process.exit(EXIT.failure);
  signal.addEventListener('abort', leave);
  const services = await startBackingServices({ onProgress: (message) => screen.print(`  ${message}`) });
  signal.removeEventListener('abort', leave);
  signal.addEventListener('abort', () => screen.print('', '  stopping…'));
  try {
    const [{ configure, remove }, { runDemo }] = await Promise.all([
      import('./demo/installation.ts'),
      import('./demo/run.ts'),
    ]);
    const { config, environment } = configure(services);
    try {
      const summary = await runDemo({ config, environment }, options, screen, signal);
      if (json) printJson(summary ?? { ok: false, stopped: true });
      if (summary === null && options.once) process.exitCode = EXIT.failure;
      if (summary?.ok === false) throw new ProfileError('VERIFICATION_FAILED', 'the demo found mismatches, see above');
    } finally {
      if (environment.TOPIC_PREFIX !== undefined) {
        await remove(config).catch(() =>
          screen.print('  Not all topics, subjects and data of the demo could be removed.'),
        );
      }
    }
  } finally {
    release();
    await services.stop();
  }
};
