import { loadConfig } from '../config.ts';
import { examples, type Register } from './command.ts';
import { loadProfile } from './load-profile.ts';
import { outline } from './outline.ts';
import { print, printJson, styled } from './terminal.ts';

interface Options {
  readonly json?: true;
  readonly facts?: true;
}

const HELP = examples(
  ['A profile, readable', 'get c-1042'],
  ['The same for a script', 'get c-1042 --json | jq .profile.orderSummary'],
  ['With every statement it was derived from', 'get c-1042 --facts'],
);

export const register: Register = (program) => {
  program
    .command('get')
    .description(
      'Show the profile of a customer; with ERASURE_KEY also of one who lies in the archive. Needs MongoDB only. Exit code 1 when there is none.',
    )
    .argument('<customerId>', 'the key of the messages')
    .option('--json', 'one JSON document')
    .option('--facts', 'also the facts: every statement with the event it came from')
    .addHelpText('after', HELP)
    .action(get);
};

const get = async (customerId: string, options: Options): Promise<void> => {
  const { mongodb } = loadConfig(process.env, ['mongodb']);
  const document = await loadProfile(mongodb, customerId);
  const { version, previousVersion, marker, pending, profile, facts, archive } = document;
  const since = archive && { archivedAt: new Date(archive.at).toISOString(), policy: archive.policy };
  const shown = {
    customerId,
    version,
    ...since,
    profile,
    ...(options.facts && { previousVersion, marker, pending, facts }),
  };
  if (options.json) {
    printJson(shown);
    return;
  }
  print(`${styled('bold', customerId)}  version ${version}`);
  if (since) print(`in the archive since ${since.archivedAt} (${since.policy})`);
  if (profile) for (const line of outline(profile)) print(line);
  if (options.facts) for (const line of ['', ...outline({ facts })]) print(line);
};
