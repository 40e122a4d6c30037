import { loadConfig } from '../config.ts';
import { contractOf } from '../domain/contracts.ts';
import type { ProfileCommand } from '../domain/generated/ProfileCommand.ts';
import { ProfileError } from '../errors.ts';
import { confirmed, examples, EXIT, type Register, untilStopped, wholeNumber } from './command.ts';
import { createProgress, duration } from './progress.ts';
import { type Outcome, sendRefreshes } from './refresh-commands.ts';
import { print, printJson } from './terminal.ts';

interface Options {
  readonly all?: true;
  readonly segment?: string;
  readonly after?: string;
  readonly rate: number;
  readonly reason?: string;
  readonly yes?: true;
  readonly json?: true;
}

const HELP = examples(
  [
    'After a change of the rules of segments or completeness, or of LINK_KEY, CHURN_KEY or AUDIENCES',
    'refresh --all --reason "rules of May"',
  ],
  ['Some customers', 'refresh c-1042 c-1043 --yes'],
  ['One segment, gently', 'refresh --segment high-value --rate 50'],
  ['Go on where it was interrupted', 'refresh --all --after c-000917'],
);

export const register: Register = (program) => {
  program
    .command('refresh')
    .summary('derive profiles again after a change of rules')
    .description(
      'Asks for profiles to be derived again from what is known, by the rules that members have now. Live events go on; only\n' +
        'what is different is published. Ctrl-C stops it, and says how to go on.',
    )
    .argument('[customerId...]', 'these customers')
    .option('--all', 'every customer')
    .option('--segment <name>', 'customers who are in this segment now')
    .option('--after <customerId>', 'with --all or --segment: those behind this one')
    .option('--rate <n>', 'customers a second, at the most', wholeNumber('--rate', 1), 500)
    .option('--reason <text>', 'for the record')
    .option('--yes', 'do not ask')
    .option('--json', 'one JSON document; needs --yes')
    .addHelpText('after', HELP)
    .action(refresh);
};

/** Small enough that a gentle rate is even. */
const AT_ONCE = 100;

const refresh = async (ids: readonly string[], options: Options): Promise<void> => {
  const ways = [ids.length > 0, options.all === true, options.segment !== undefined].filter(Boolean).length;
  if (ways !== 1) throw new ProfileError('USAGE', 'give either customer ids, or --all, or --segment');
  if (ids.length > 0 && options.after !== undefined)
    throw new ProfileError('USAGE', '--after goes with --all or --segment');
  if (options.json && !options.yes) throw new ProfileError('USAGE', 'nothing was changed: --json needs --yes');

  const { kafka, mongodb, registry, topicPrefix } = loadConfig(process.env, ['kafka', 'mongodb', 'registry']);
  const [
    { createKafka },
    { connectPublisher },
    { connectMongo },
    { estimatedCustomers, pageOfCustomers },
    registryAdapters,
  ] = await Promise.all([
    import('../adapters/kafka/client.ts'),
    import('../adapters/kafka/publisher.ts'),
    import('../adapters/mongodb/client.ts'),
    import('../adapters/mongodb/customers.ts'),
    Promise.all([import('../adapters/registry/client.ts'), import('../adapters/registry/encoder.ts')]),
  ]);
  const [{ createRegistryClient }, { createEncoder }] = registryAdapters;
  const contract = contractOf('ProfileCommand', topicPrefix);
  const most = Math.min(AT_ONCE, options.rate);

  const { signal, release } = untilStopped();
  const mongo = await connectMongo(mongodb);
  try {
    const total = ids.length > 0 ? ids.length : await estimatedCustomers(mongo.db);
    if (!options.json) print(planOf(options, total));
    if (!(await confirmed('Refresh them?', options.yes))) {
      process.exitCode = EXIT.failure;
      return;
    }
    const encoder = await createEncoder<ProfileCommand>(createRegistryClient(registry), contract);
    const publisher = await connectPublisher(createKafka(kafka, 'customer-profile-refresh'));
    const progress = createProgress(total);
    const named = [...ids];
    const outcome: Outcome = { sent: 0, last: options.after, isComplete: false };
    try {
      await sendRefreshes(
        {
          ...{ topic: contract.topic, encoder, reason: options.reason ?? null, rate: options.rate },
          next: (after) => {
            if (ids.length === 0) return pageOfCustomers(mongo.db, { segment: options.segment, after, most });
            const next = named.splice(0, most);
            return Promise.resolve({ ids: next, last: next.at(-1) });
          },
          publish: (records) => publisher.send(records),
          progress: progress.show,
        },
        outcome,
        signal,
      );
    } finally {
      progress.end();
      report(options, outcome);
      await publisher.close();
    }
  } finally {
    release();
    await mongo.close();
  }
};

const planOf = ({ segment, rate }: Options, total: number): string =>
  segment === undefined
    ? `About ${total} customers, ${rate} a second: ${duration(total / rate)}`
    : `Those in ${segment} among about ${total} customers, ${rate} a second at the most`;

const report = ({ json, all, segment }: Options, { sent, last, isComplete }: Outcome): void => {
  if (json) printJson({ sent, last: last ?? null, complete: isComplete });
  else if (isComplete) print(`${sent} customers are asked for; members derive them as they come to it.`);
  else if (all !== true && segment === undefined) print(`Stopped after ${sent} customers, the last ${last ?? 'none'}.`);
  else {
    const which = all ? '--all' : `--segment ${segment ?? ''}`;
    print(
      `Stopped after ${sent} customers. To go on: customer-profile refresh ${which}${last === undefined ? '' : ` --after ${last}`}`,
    );
  }
  if (!isComplete) process.exitCode = EXIT.failure;
};
