import { loadConfig } from '../config.ts';
import { contractOf } from '../domain/contracts.ts';
import type { ProfileCommand } from '../domain/generated/ProfileCommand.ts';
import { termsFor } from '../domain/retention/policy.ts';
import { ProfileError } from '../errors.ts';
import { confirmed, examples, EXIT, type Register, untilStopped, wholeNumber } from './command.ts';
import { register as registerDecisions } from './retention-decisions.ts';
import { foresee, type Foreseen, type Sent, sendCommands } from './retention-run.ts';
import { print, printJson } from './terminal.ts';

interface Options {
  readonly dryRun?: true;
  readonly asOf?: string;
  readonly rate: number;
  readonly yes?: true;
  readonly json?: true;
}

const HELP = examples(
  ['What would happen today', 'retention --dry-run'],
  ['What would happen next year, for a script', 'retention --dry-run --as-of 2027-12-31 --json'],
  ['Every night', 'retention --yes --rate 200'],
  ['What was decided, and by what', 'retention decisions --outcome held'],
);

export const register: Register = (program) => {
  const retention = program
    .command('retention')
    .summary('let go of what may not be kept any longer')
    .description(
      'Finds customers, orders and agreements that the policy in RETENTION_FILE allows to be kept no longer, and asks for a\n' +
        'decision on each. Members decide, in this order: a legal hold keeps and restricts; a statutory period restricts and\n' +
        'minimises; who agreed to the archive goes there; everybody else is erased. Ctrl-C stops it; a new run goes on.',
    )
    .option('--dry-run', 'decide nothing: say what would happen, by category, with counts')
    .option('--as-of <date>', 'the day to decide on, ISO 8601; in the future with --dry-run only')
    .option('--rate <n>', 'customers a second, at the most', wholeNumber('--rate', 1), 200)
    .option('--yes', 'do not ask')
    .option('--json', 'one JSON document; needs --yes or --dry-run')
    .addHelpText('after', HELP)
    .action(run);
  registerDecisions(retention);
};

const run = async (options: Options): Promise<void> => {
  const asOf = timeOf(options.asOf);
  if (asOf > Date.now() && !options.dryRun) {
    throw new ProfileError('USAGE', 'nothing is due before its time: a day in the future goes with --dry-run only');
  }
  if (options.json && !options.yes && !options.dryRun) {
    throw new ProfileError('USAGE', 'nothing was changed: --json needs --yes or --dry-run');
  }
  const { kafka, mongodb, registry, topicPrefix, erasure, retention } = loadConfig(
    process.env,
    options.dryRun ? ['mongodb', 'erasure', 'retention'] : ['kafka', 'mongodb', 'registry', 'erasure', 'retention'],
  );
  const [{ connectMongo }, { createProfileStore }, { dueCustomers }, { createHistory }] = await Promise.all([
    import('../adapters/mongodb/client.ts'),
    import('../adapters/mongodb/profiles.ts'),
    import('../adapters/mongodb/due-customers.ts'),
    import('../adapters/mongodb/history.ts'),
  ]);
  const { signal, release } = untilStopped();
  const mongo = await connectMongo(mongodb);
  try {
    const terms = (jurisdiction: string) => termsFor(retention.rules, retention.digest, jurisdiction);
    const due = () => dueCustomers(mongo.db, { terms, asOf, keys: erasure.keys });
    const profiles = createProfileStore(mongo.db, erasure.keys);
    const history = createHistory(mongo.db, erasure.keys);
    if (options.dryRun ?? !options.yes) showForeseen(await foresee(due(), { profiles, history, asOf }), options);
    if (options.dryRun) return;
    if (!(await confirmed('Ask for these decisions?', options.yes))) {
      process.exitCode = EXIT.failure;
      return;
    }
    const [{ createKafka }, { connectPublisher }, { createRegistryClient }, { createEncoder }] = await Promise.all([
      import('../adapters/kafka/client.ts'),
      import('../adapters/kafka/publisher.ts'),
      import('../adapters/registry/client.ts'),
      import('../adapters/registry/encoder.ts'),
    ]);
    const contract = contractOf('ProfileCommand', topicPrefix);
    const encoder = await createEncoder<ProfileCommand>(createRegistryClient(registry), contract);
    const publisher = await connectPublisher(createKafka(kafka, 'customer-profile-retention'));
    const sent: Sent = { sent: 0, isComplete: false };
    try {
      const publish = publisher.send.bind(publisher);
      const sending = { topic: contract.topic, encoder, rate: options.rate, asOf, publish };
      await sendCommands(due(), sending, sent, signal);
    } finally {
      report(options, sent);
      await publisher.close();
    }
  } finally {
    release();
    await mongo.close();
  }
};

const timeOf = (text: string | undefined): number => {
  if (text === undefined) return Date.now();
  const time = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(time))
    throw new ProfileError('USAGE', '--as-of takes a day, or a day and a time, as ISO 8601 has them');
  return time;
};

const showForeseen = (foreseen: readonly Foreseen[], { json }: Options): void => {
  if (json) printJson({ due: foreseen });
  else if (foreseen.length === 0) print('Nothing is due.');
  for (const { category, jurisdiction, outcome, count } of json ? [] : foreseen) {
    print(`${category.padEnd(10)} ${jurisdiction.padEnd(3)} ${outcome.padEnd(10)} ${String(count).padStart(9)}`);
  }
};

const report = ({ json }: Options, { sent, isComplete }: Sent): void => {
  if (json) printJson({ sent, complete: isComplete });
  else if (isComplete) print(`${sent} decisions are asked for; members decide as they come to it.`);
  else print(`Stopped after ${sent}. A new run asks for the others.`);
  if (!isComplete) process.exitCode = EXIT.failure;
};
