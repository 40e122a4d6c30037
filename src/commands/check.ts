import { type Config, loadConfig, redacted } from '../config.ts';
import { contracts, topics } from '../domain/contracts.ts';
import { isProfileError } from '../errors.ts';
import { nearMisses } from '../near-misses.ts';
import { settingsTable } from '../settings.ts';
import { type Check, mongoChecks, ownerChecks, schemaChecks, topicChecks, unreachable } from './checks.ts';
import { EXIT, examples, type Register } from './command.ts';
import { permissionChecks, permissionCommands, privilegeChecks } from './permissions.ts';
import { aligned, print, printJson, styled } from './terminal.ts';

interface Options {
  readonly json?: true;
  readonly printSettings?: true;
  readonly printPermissions?: true;
}

const HELP = examples(
  ['Is everything there, and does it fit?', 'check'],
  ['In a deployment script', 'check --json'],
  ['Every setting, as a Markdown table', 'check --print-settings'],
  ['What an administrator has to allow a member', 'check --print-permissions'],
);

export const register: Register = (program) => {
  program
    .command('check')
    .description(
      'Check settings, permissions, topics, schemas and databases; say what to do. Exit code 1 when something fails.',
    )
    .option('--json', 'one JSON document')
    .option('--print-settings', 'print the table of settings instead')
    .option('--print-permissions', 'print what makes the permissions of a member in Kafka and MongoDB instead')
    .addHelpText('after', HELP)
    .action(check);
};

const check = async (options: Options): Promise<void> => {
  if (options.printSettings) {
    print(settingsTable());
    return;
  }
  const config = loadConfig(process.env);
  if (options.printPermissions) {
    for (const line of await permissionLines(config)) print(line);
    return;
  }
  const checks = [...settingChecks(process.env), ...(await serviceChecks(config))];
  const failed = checks.some(({ status }) => status === 'fail');
  if (options.json) printJson({ ok: !failed, config: redacted(config), checks });
  else printReport(config, checks);
  if (failed) process.exitCode = EXIT.failure;
};

const permissionLines = async ({ group, topicPrefix, rekeyedInputs, mongodb }: Config): Promise<string[]> => {
  const { memberPermissions } = await import('../adapters/kafka/permissions.ts');
  const { MEMBER_PRIVILEGES } = await import('../adapters/mongodb/privileges.ts');
  return permissionCommands(mongodb.database, memberPermissions(group, topicPrefix, rekeyedInputs), MEMBER_PRIVILEGES);
};

const settingChecks = (env: NodeJS.ProcessEnv): Check[] =>
  [...nearMisses(env)]
    .filter(([meant]) => !env[meant])
    .map(([meant, variable]) => ({
      ...{ area: 'settings', status: 'warn', what: `${variable} is no setting` },
      todo: `did you mean ${meant}?`,
    }));

/** Everything a member depends on; each service is asked on its own, so that one outage does not hide the rest. */
export const serviceChecks = async (config: Config): Promise<Check[]> =>
  (
    await Promise.all([
      asked('kafka', 'look at KAFKA_BROKERS and the brokers', () => askKafka(config)),
      asked('registry', 'look at SCHEMA_REGISTRY_URL and the registry', () => askRegistry(config)),
      asked('mongodb', 'look at MONGODB_URI and the servers', () => askMongo(config)),
    ])
  ).flat();

const asked = async (area: Check['area'], todo: string, ask: () => Promise<Check[]>): Promise<Check[]> => {
  try {
    return await ask();
  } catch (error) {
    if (isProfileError(error)) return [unreachable(area, error, todo)];
    throw error;
  }
};

const askKafka = async ({ kafka, group, topicPrefix, rekeyedInputs }: Config): Promise<Check[]> => {
  const { createKafka } = await import('../adapters/kafka/client.ts');
  const { memberPermissions, missingPermissions } = await import('../adapters/kafka/permissions.ts');
  const { describeTopics } = await import('../adapters/kafka/topics.ts');
  // What the broker says of a client without a token does not tell why it has none.
  if (kafka.sasl?.mechanism === 'oauthbearer') {
    const { tokenProviderOf } = await import('../adapters/kafka/tokens.ts');
    await tokenProviderOf(kafka.sasl)();
  }
  const client = createKafka(kafka, 'customer-profile-check');
  const { missing, unknown } = await missingPermissions(client, memberPermissions(group, topicPrefix, rekeyedInputs));
  // What may not be looked at looks as if it were not there.
  const hidden = new Set(missing.map(({ name }) => name));
  const declared = topics(topicPrefix, rekeyedInputs).filter(({ topic }) => !hidden.has(topic));
  const names = declared.map(({ topic }) => topic);
  const found = await describeTopics(client, names);
  const reached: Check = { area: 'kafka', status: 'ok', what: `answers at ${kafka.brokers.join(', ')}` };
  return [reached, ...permissionChecks(missing, unknown), ...topicChecks(declared, [...found.values()])];
};

const askRegistry = async ({ registry, topicPrefix, rekeyedInputs }: Config): Promise<Check[]> => {
  const { createRegistryClient } = await import('../adapters/registry/client.ts');
  const { checkSchemas } = await import('../adapters/registry/schemas.ts');
  return schemaChecks(await checkSchemas(createRegistryClient(registry), contracts(topicPrefix, rekeyedInputs)));
};

const askMongo = async ({ mongodb, group, rekeyedInputs }: Config): Promise<Check[]> => {
  const { connectMongo } = await import('../adapters/mongodb/client.ts');
  const { describeMongo, describeOwner, OWNER_REMEDY } = await import('../adapters/mongodb/database.ts');
  const { MEMBER_PRIVILEGES, missingPrivileges } = await import('../adapters/mongodb/privileges.ts');
  const connection = await connectMongo(mongodb);
  try {
    const missing = privilegeChecks(mongodb.database, await missingPrivileges(connection.db, MEMBER_PRIVILEGES));
    const reached = [...mongoChecks(await describeMongo(connection.db)), ...missing];
    // Without the right to read, nobody knows whose it is.
    if (missing.length > 0) return reached;
    return [...reached, ...ownerChecks(await describeOwner(connection.db, group, rekeyedInputs), OWNER_REMEDY)];
  } finally {
    await connection.close();
  }
};

const MARKS = { ok: styled('green', 'ok  '), warn: styled('yellow', 'warn'), fail: styled('red', 'FAIL') };

const printReport = (config: Config, checks: readonly Check[]): void => {
  print(styled('bold', 'settings'));
  for (const line of aligned(flattened(redacted(config)), '  ')) print(line);
  for (const [area, ofArea] of Map.groupBy(checks, (each) => each.area)) {
    print(styled('bold', area));
    for (const { status, what, todo } of ofArea)
      print(`  ${MARKS[status]}  ${what}${todo ? `\n        → ${todo}` : ''}`);
  }
};

const text = (value: unknown): string =>
  Array.isArray(value) ? value.join(', ') : JSON.stringify(value).replace(/^"|"$/g, '');

const flattened = (value: object, prefix = ''): string[][] =>
  Object.entries(value).flatMap(([name, field]: [string, unknown]) => {
    if (field === undefined || field === '') return [];
    if (typeof field !== 'object' || field === null || Array.isArray(field)) return [[prefix + name, text(field)]];
    return flattened(field, `${prefix}${name}.`);
  });
