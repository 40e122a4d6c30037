import { Option } from 'commander';
import { loadConfig } from '../config.ts';
import { OUTCOMES } from '../domain/retention/decide.ts';
import type { StoredDecision } from '../adapters/mongodb/retention.ts';
import { examples, type Register, wholeNumber } from './command.ts';
import { print, printJson } from './terminal.ts';

interface Options {
  readonly customer?: string;
  readonly outcome?: string;
  readonly limit: number;
  readonly json?: true;
}

const HELP = examples(
  ['The latest', 'retention decisions'],
  ['What became of one customer', 'retention decisions --customer c-1042 --json'],
);

export const register: Register = (program) => {
  program
    .command('decisions')
    .description(
      'List what was decided, the latest first, each with what it was decided by. Customers are named by keyed hashes.',
    )
    .option('--customer <customerId>', 'of this customer only, also of one who is gone; needs ERASURE_KEY')
    .addOption(new Option('--outcome <outcome>', 'only these').choices([...OUTCOMES]))
    .option('--limit <n>', 'so many, at the most', wholeNumber('--limit', 1), 100)
    .option('--json', 'one JSON document')
    .addHelpText('after', HELP)
    .action(list);
};

const list = async (_: unknown, command: { optsWithGlobals(): Options }): Promise<void> => {
  const { customer, outcome, limit, json } = command.optsWithGlobals();
  const config = customer === undefined ? { erasure: { keys: [] } } : loadConfig(process.env, ['erasure']);
  const { mongodb } = loadConfig(process.env, ['mongodb']);
  const [{ connectMongo }, { latestDecisions }] = await Promise.all([
    import('../adapters/mongodb/client.ts'),
    import('../adapters/mongodb/retention.ts'),
  ]);
  const mongo = await connectMongo(mongodb);
  try {
    const found = await latestDecisions(mongo.db, { customer, outcome, limit, keys: config.erasure.keys });
    if (json) printJson(found.map(({ _id: commandId, ...decision }) => ({ commandId, ...decision })));
    else for (const decision of found) print(lineOf(decision));
    if (found.length === 0 && !json) print('Nothing was decided.');
  } finally {
    await mongo.close();
  }
};

const lineOf = ({
  asOf,
  customer,
  outcome,
  scope,
  orders,
  agreements,
  jurisdiction,
  policy,
  evidence,
}: StoredDecision): string => {
  const what = scope === 'customer' ? 'customer' : `${orders} orders, ${agreements} agreements`;
  const why = [
    evidence.isHeld ? 'legal hold' : '',
    evidence.floorUntil === null ? '' : `statutory until ${dayOf(evidence.floorUntil)}`,
    evidence.archivingConsentAt === null ? '' : `archiving agreed ${dayOf(evidence.archivingConsentAt)}`,
    evidence.endedAt === null ? '' : `ended ${dayOf(evidence.endedAt)}`,
  ].filter((each) => each !== '');
  return `${dayOf(asOf)}  ${customer}  ${outcome.padEnd(9)}  ${what}  (${jurisdiction}, policy ${policy}: ${why.join(', ') || 'nothing is due'})`;
};

const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 'YYYY-MM-DD'.length);
