import { loadConfig } from '../config.ts';
import { Option } from 'commander';
import { type AudienceEvent, viewOf } from '../domain/audiences/audience.ts';
import { type AudienceName, AUDIENCES } from '../domain/audiences/index.ts';
import { contractOf } from '../domain/contracts.ts';
import type { CustomerUpdated } from '../domain/generated/CustomerUpdated.ts';
import { examples, type Register, untilStopped, wholeNumber } from './command.ts';
import { outline } from './outline.ts';
import { harmless, instant, print, printJson, styled } from './terminal.ts';

interface Options {
  readonly fromBeginning?: true;
  readonly json?: true;
  readonly limit?: number;
  readonly audience?: AudienceName;
}

const HELP = examples(
  ['Follow every change from now on', 'watch'],
  ["One customer's story, as far as the topic still holds it", 'watch c-1042 --from-beginning'],
  ['The next ten events for a script, one JSON document a line', 'watch --json --limit 10'],
  ['What campaigns are told', 'watch --audience marketing'],
);

export const register: Register = (program) => {
  program
    .command('watch')
    .description(
      'Follow customer-updated, or what an audience is told, committed versions only, until ctrl-C. Belongs to no consumer group.',
    )
    .argument('[customerId]', 'this customer only')
    .addOption(
      new Option('--audience <name>', 'what this audience is told instead').choices(AUDIENCES.map(({ name }) => name)),
    )
    .option('--from-beginning', 'begin with the oldest event that the topic still holds')
    .option('--limit <n>', 'stop after so many events', wholeNumber('--limit', 1))
    .option('--json', 'one JSON document a line')
    .addHelpText('after', HELP)
    .action(watch);
};

const watch = async (customerId: string | undefined, options: Options): Promise<void> => {
  const { kafka, registry, topicPrefix } = loadConfig(process.env, ['kafka', 'registry']);
  const [{ followTopic }, { decoderOf }] = await Promise.all([
    import('../adapters/kafka/record-stream.ts'),
    import('../decoders.ts'),
  ]);
  const record = AUDIENCES.find(({ name }) => name === options.audience)?.record ?? 'CustomerUpdated';
  const { url: registryUrl, username, password } = registry;
  const decode = decoderOf<Told>(record)({
    registryUrl,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
  });
  const { topic } = contractOf(record, topicPrefix);
  const { signal, release } = untilStopped();
  const records = followTopic(kafka, { topic, fromBeginning: options.fromBeginning ?? false, signal });
  let shown = 0;
  try {
    for await (const { key, value } of records) {
      const id = key?.toString() ?? '';
      if (customerId !== undefined && id !== customerId) continue;
      const event = await decode(value);
      if (options.json) printJson(event ?? { customerId: id, [gone(options)]: true });
      else if (event === null) print(`${harmless(id)}  ${gone(options)}`);
      else for (const text of 'changeType' in event ? [line(event)] : linesOf(event)) print(text);
      shown += 1;
      if (shown === options.limit) break;
    }
  } finally {
    release();
  }
};

/** A version of the customer, or of what an audience may know. */
type Told = CustomerUpdated | AudienceEvent;

/** What a tombstone means. */
const gone = ({ audience }: Options): string => (audience === undefined ? 'erased' : 'hidden');

const linesOf = (event: AudienceEvent): string[] => {
  const { customerId, version, previousVersion, occurredAt } = event;
  const head = [
    styled('dim', instant(occurredAt)),
    styled('bold', harmless(customerId)),
    `${previousVersion} → ${version}`,
  ];
  return [head.join('  '), ...outline(viewOf(event), '  ')];
};

const PATHS_SHOWN = 6;

/** `2026-01-31 12:00:00Z  c-1042  v3  updated  orderSummary, products.p-1  ← OrderFinalized` */
const line = ({ occurredAt, customerId, version, changeType, changedPaths, causes }: CustomerUpdated): string => {
  const more = changedPaths.length > PATHS_SHOWN ? ` and ${changedPaths.length - PATHS_SHOWN} more` : '';
  return [
    styled('dim', instant(occurredAt)),
    styled('bold', harmless(customerId)),
    `v${version}`,
    styled(changeType === 'created' ? 'green' : 'cyan', changeType),
    harmless(changedPaths.slice(0, PATHS_SHOWN).join(', ')) + more,
    styled('dim', `← ${causes.map(({ eventType }) => eventType).join(', ')}`),
  ].join('  ');
};
