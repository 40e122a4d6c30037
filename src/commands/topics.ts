import { loadConfig } from '../config.ts';
import { contracts, topics as declaredTopics } from '../domain/contracts.ts';
import { ProfileError } from '../errors.ts';
import { type SchemaState, schemaChecks, refuseFailures } from './checks.ts';
import { confirmed, examples, EXIT, type Register, wholeNumber } from './command.ts';
import { aligned, print, printJson, styled } from './terminal.ts';
import { planTopics, type TopicPlan } from './topic-plan.ts';

interface Options {
  readonly partitions?: number;
  readonly replicationFactor?: number;
  readonly yes?: true;
  readonly json?: true;
}

const HELP = examples(
  ['Show what is missing, ask, create it', 'topics --partitions 12 --replication-factor 3'],
  ['In a deployment script', 'topics --partitions 12 --yes --json'],
);

export const register: Register = (program) => {
  program
    .command('topics')
    .description('Create missing topics and register schemas. Shows its plan first; existing topics are never changed.')
    .option(
      '--partitions <n>',
      'of new topics; all topics have the same (default: as existing ones, else 12)',
      wholeNumber('--partitions', 1),
    )
    .option(
      '--replication-factor <n>',
      'of new topics (default: as the brokers have it)',
      wholeNumber('--replication-factor', 1),
    )
    .option('--yes', 'do not ask')
    .option('--json', 'one JSON document; needs --yes where something is to be done')
    .addHelpText('after', HELP)
    .action(topics);
};

const topics = async (options: Options): Promise<void> => {
  const { kafka, registry, topicPrefix, rekeyedInputs } = loadConfig(process.env, ['kafka', 'registry']);
  const [
    { createKafka },
    { createTopics, describeTopics },
    { createRegistryClient },
    { checkSchemas, registerSchemas },
  ] = await Promise.all([
    import('../adapters/kafka/client.ts'),
    import('../adapters/kafka/topics.ts'),
    import('../adapters/registry/client.ts'),
    import('../adapters/registry/schemas.ts'),
  ]);
  const cluster = createKafka(kafka, 'customer-profile-topics');
  const client = createRegistryClient(registry);
  const all = contracts(topicPrefix, rekeyedInputs);
  const declared = declaredTopics(topicPrefix, rekeyedInputs);
  const found = await describeTopics(
    cluster,
    declared.map(({ topic }) => topic),
  );
  const plan = planTopics(declared, [...found.values()], options);
  const schemas = await checkSchemas(client, all);
  refuseFailures(schemaChecks(schemas));
  const register = schemas.filter(({ state }) => state === 'registrable');
  const nothing = plan.create.length === 0 && register.length === 0;

  if (!options.json) printPlan(plan, register);
  if (!nothing) {
    if (options.json && !options.yes) throw new ProfileError('USAGE', 'nothing was changed: --json needs --yes');
    if (!(await confirmed('Do this?', options.yes))) {
      process.exitCode = EXIT.failure;
      return;
    }
    await createTopics(cluster, plan.create);
    await registerSchemas(client, all);
  }
  if (options.json) printJson({ ...plan, register: register.map(({ subject }) => subject) });
  else if (!nothing) print(styled('green', 'Done.'));
};

const printPlan = ({ create, differing }: TopicPlan, register: readonly SchemaState[]): void => {
  const rows = [
    ...create.map(({ topic, partitions, replicationFactor }) => [
      ...['create', topic, `${partitions} partitions`],
      replicationFactor === -1 ? 'replicated as the brokers have it' : `${replicationFactor} replicas`,
    ]),
    ...register.map(({ subject }) => ['register', subject]),
    ...differing.map(({ topic, name, found, wanted }) => ['differs', topic, name, `is ${found}, declared ${wanted}`]),
  ];
  for (const line of aligned(rows, '  ')) print(line);
  if (create.length === 0 && register.length === 0)
    print('Nothing to do: all topics exist and all schemas are registered.');
};
