/** The one declaration of every setting: parsing, the table in the README and `check` are all driven by it. */
import { z } from 'zod';
import { AUDIENCE_NAMES } from './domain/audiences/index.ts';
import { UPSTREAM_TOPICS } from './domain/events.ts';
import { ROOM } from './domain/past/move-out.ts';
import { readCompletenessFile, type Reading, readRetentionFile, readSegmentsFile } from './rule-files.ts';

/** What a command may need; it reads only the settings of what it needs, and the common ones. */
export type Need = 'kafka' | 'mongodb' | 'registry' | 'rules' | 'erasure' | 'retention' | 'tracing';

export interface Setting {
  readonly about: string;
  /** Turns the variable's text into its value; its messages complete the sentence "NAME must be …". */
  readonly schema: z.ZodType<unknown, string>;
  /** Read only for commands that need this; common to all when absent. */
  readonly need?: Need;
  readonly required?: true;
  /** The default, as one would write it. */
  readonly fallback?: string;
  /** May also come as `<NAME>_FILE`, and is never printed. */
  readonly secret?: true;
  /** Names a file, by default one of the package; the messages of `schema` are all that is wrong with that. */
  readonly file?: true;
}

const matching = (pattern: RegExp, what: string) => z.string().regex(pattern, what);

const whole = (min: number, max = Number.MAX_SAFE_INTEGER) => {
  const what = `a whole number from ${min}${max === Number.MAX_SAFE_INTEGER ? '' : ` to ${max}`}`;
  return matching(/^\d{1,15}$/, what)
    .transform(Number)
    .refine((value) => value >= min && value <= max, what);
};

const oneOf = <const T extends readonly string[]>(values: T) => z.enum(values, `one of ${values.join(', ')}`);

const brokerList = z
  .string()
  .transform((text) => text.split(',').map((broker) => broker.trim()))
  .refine(
    (brokers) => brokers.every((broker) => /^(\[[\da-fA-F:]+\]|[\w.-]+):\d{1,5}$/.test(broker)),
    'host:port, several separated by commas',
  );

/** What is printed must not hold a password; `where` they go instead. */
const address = (where: string) =>
  z.url({ protocol: /^https?$/, error: 'an http or https address' }).refine((text) => {
    const url = URL.parse(text);
    return url !== null && url.username === '' && url.password === '';
  }, `an address without credentials: they go in ${where}`);

const registryUrl = address('SCHEMA_REGISTRY_USERNAME and SCHEMA_REGISTRY_PASSWORD');
const collectorUrl = address('OTEL_EXPORTER_OTLP_HEADERS');

/** `name=value`, percent-encoded, several separated by commas: https://www.w3.org/TR/baggage/ */
const namedValues = z
  .string()
  .refine(
    (text) => /^\s*[^=,\s]+\s*=[^,]*(,\s*[^=,\s]+\s*=[^,]*)*$/.test(text),
    'name=value, several separated by commas',
  )
  .transform((text) => {
    const pairs = text.split(',').map((pair) => /^([^=]*)=(.*)$/.exec(pair) ?? []);
    return Object.fromEntries(pairs.map(([, name = '', value = '']) => [name.trim(), decoded(value.trim())]));
  });

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

const share = matching(/^(0|1|0?\.\d{1,9}|1\.0{1,9})$/, 'a number from 0 to 1').transform(Number);

const pem = (what: string) =>
  matching(
    new RegExp(`-----BEGIN (\\w+ )?${what}-----[^]+-----END (\\w+ )?${what}-----`),
    `a ${what.toLowerCase()} in PEM`,
  );

/** https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/ */
const SAMPLERS = [
  ...(['always_on', 'always_off', 'traceidratio'] as const),
  ...(['parentbased_always_on', 'parentbased_always_off', 'parentbased_traceidratio'] as const),
] as const;

const yesOrNo = oneOf(['true', 'false']).transform((text) => text === 'true');

const someOf = <const T extends readonly string[]>(names: T) =>
  z
    .string()
    .transform((text) => (text === 'none' ? [] : text.split(',').map((name) => name.trim())))
    .pipe(z.array(z.enum(names, `some of ${names.join(',')} separated by commas, or none`)));

const key = matching(/^[^]{16,}$/, 'at least 16 characters');
const ruleFile = <Rule>(read: (file: string) => Reading<Rule>) =>
  z.string().transform((file, context) => {
    const reading = read(file);
    if ('found' in reading) return reading.found;
    for (const message of reading.faults) context.addIssue({ code: 'custom', message });
    return z.NEVER;
  });

const topicLetters = matching(/^[\w.-]{1,150}$/, 'letters, digits, dot, dash or underscore');

export const SETTINGS = {
  KAFKA_BROKERS: {
    need: 'kafka',
    required: true,
    about: 'Brokers to start from: `host:port`, several separated by commas.',
    schema: brokerList,
  },
  KAFKA_SSL: {
    need: 'kafka',
    fallback: 'false',
    about: '`true` to use TLS; a private authority is given to Node.js in `NODE_EXTRA_CA_CERTS`.',
    schema: yesOrNo,
  },
  KAFKA_SSL_CERT: {
    need: 'kafka',
    secret: true,
    about: 'Certificate of ours in PEM, with what it was signed by, where brokers ask for one.',
    schema: pem('CERTIFICATE'),
  },
  KAFKA_SSL_KEY: { need: 'kafka', secret: true, about: 'Its private key in PEM.', schema: pem('PRIVATE KEY') },
  KAFKA_SASL_MECHANISM: {
    need: 'kafka',
    about:
      '`plain`, `scram-sha-256`, `scram-sha-512`: then user name and password are needed as well; `oauthbearer`: then the four below are.',
    schema: oneOf(['plain', 'scram-sha-256', 'scram-sha-512', 'oauthbearer']),
  },
  KAFKA_SASL_USERNAME: { need: 'kafka', about: 'User name for SASL.', schema: z.string() },
  KAFKA_SASL_PASSWORD: { need: 'kafka', secret: true, about: 'Password for SASL.', schema: z.string() },
  KAFKA_SASL_OAUTH_TOKEN_URL: {
    need: 'kafka',
    about: 'Where tokens are asked for by client credentials (OAuth 2.0).',
    schema: address('KAFKA_SASL_OAUTH_CLIENT_ID and KAFKA_SASL_OAUTH_CLIENT_SECRET'),
  },
  KAFKA_SASL_OAUTH_CLIENT_ID: { need: 'kafka', about: 'Client that asks for tokens.', schema: z.string() },
  KAFKA_SASL_OAUTH_CLIENT_SECRET: { need: 'kafka', secret: true, about: 'Its secret.', schema: z.string() },
  KAFKA_SASL_OAUTH_SCOPE: {
    need: 'kafka',
    about: 'Scope of the tokens, where the server asks for one.',
    schema: z.string(),
  },
  MONGODB_URI: {
    need: 'mongodb',
    required: true,
    secret: true,
    about: 'Connection string of a standalone server, a replica set or a sharded cluster.',
    schema: matching(/^mongodb(\+srv)?:\/\/\S+$/, 'a connection string that begins with mongodb:// or mongodb+srv://'),
  },
  MONGODB_DATABASE: {
    need: 'mongodb',
    fallback: 'customer_profile',
    about: 'Database of the collection `profiles`, and of all others of ours.',
    schema: matching(/^[\w-]{1,63}$/, 'up to 63 letters, digits, dashes or underscores'),
  },
  SCHEMA_REGISTRY_URL: {
    need: 'registry',
    required: true,
    about: 'Address of a registry that speaks the Confluent API.',
    schema: registryUrl,
  },
  SCHEMA_REGISTRY_USERNAME: { need: 'registry', about: 'User name for basic authentication.', schema: z.string() },
  SCHEMA_REGISTRY_PASSWORD: {
    need: 'registry',
    secret: true,
    about: 'Password for basic authentication.',
    schema: z.string(),
  },
  CONSUMER_GROUP: {
    fallback: 'customer-profile',
    about: 'The consumer group; also the beginning of every transactional id. One group a database.',
    schema: topicLetters,
  },
  TOPIC_PREFIX: { about: 'Put before the name of every topic, for example `prod.`.', schema: topicLetters },
  REKEYED_INPUTS: {
    fallback: 'none',
    about:
      'Input topics that upstream keys by something else than the customer: [docs/rekeyed-inputs.md](docs/rekeyed-inputs.md).',
    schema: someOf(UPSTREAM_TOPICS),
  },
  AUDIENCES: {
    fallback: AUDIENCE_NAMES.join(),
    about: 'Who is told of customers besides `customer-updated`; `none` for nobody. The same for every member.',
    schema: someOf(AUDIENCE_NAMES),
  },
  CHURN_KEY: {
    secret: true,
    about:
      'Secret under which churn models hear of customers [by pseudonyms](docs/audiences.md); without it by their ids.',
    schema: key,
  },
  LINK_KEY: {
    secret: true,
    about:
      'Secret under which shared e-mails, phones, addresses, instruments and devices are compared; without it nothing is.',
    schema: key,
  },
  LINK_KEY_PREVIOUS: {
    secret: true,
    about: 'The one before, while it is being exchanged.',
    schema: key,
  },
  ERASURE_KEY: {
    need: 'erasure',
    required: true,
    secret: true,
    about:
      'Secret under which erased customers are remembered, so that no replay brings them back: [docs/privacy.md](docs/privacy.md). Keep it for good.',
    schema: key,
  },
  ERASURE_KEY_PREVIOUS: {
    need: 'erasure',
    secret: true,
    about: 'The one before, under which customers erased until then are remembered: for as long as they are.',
    schema: key,
  },
  SEGMENTS_FILE: {
    need: 'rules',
    file: true,
    about:
      'Rules of the segments that customers are in: [docs/segments.md](docs/segments.md). Without it there are none.',
    schema: ruleFile(readSegmentsFile),
  },
  COMPLETENESS_FILE: {
    need: 'rules',
    file: true,
    fallback: 'rules/completeness.json',
    about:
      'Rules of what must be known of a customer, in place of those of the package: [docs/completeness.md](docs/completeness.md).',
    schema: ruleFile(readCompletenessFile),
  },
  RETENTION_FILE: {
    need: 'retention',
    required: true,
    file: true,
    about: 'Policy of how long what is known is kept, and by what law: [docs/retention.md](docs/retention.md).',
    schema: ruleFile(readRetentionFile),
  },
  HTTP_PORT: {
    fallback: '8080',
    about: 'Port of `/livez`, `/readyz` and `/metrics`; `0` takes any free one.',
    schema: whole(0, 65_535),
  },
  LOG_LEVEL: {
    fallback: 'info',
    about: '`info`: changes of state; `debug`: also every batch and the stack of errors; `silent`: nothing.',
    schema: oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']),
  },
  FUTURE_TOLERANCE_MS: {
    fallback: '300000',
    about: 'How far an event may be dated after its record before it is refused.',
    schema: whole(0),
  },
  UNKNOWN_SCHEMA_GRACE_MS: {
    fallback: '30000',
    about: 'How long an unknown schema id is retried, since a registry may lag, before the message is refused.',
    schema: whole(0),
  },
  PROFILE_ORDERS: {
    fallback: String(ROOM.hot),
    about:
      'So many of the latest orders a profile holds; once there are twice as many, the older ones move to the history. Bounds what one event of a customer costs.',
    schema: whole(1, 1_000),
  },
  CACHE_MAX_BYTES: {
    fallback: '8388608',
    about: 'Memory for profiles kept between batches, over all tasks of a member.',
    schema: whole(0),
  },
  FETCH_MAX_BYTES_PER_PARTITION: {
    fallback: '65536',
    about: 'Bytes asked of each partition at a time: the size of a batch.',
    schema: whole(1024),
  },
  SESSION_TIMEOUT_MS: {
    fallback: '10000',
    about: 'Silence after which the group gives the tasks of a member to others; brokers refuse less than 6000.',
    schema: whole(6000),
  },
  HEARTBEAT_INTERVAL_MS: {
    fallback: '250',
    about: 'Pause between heartbeats: how soon a member learns of a rebalance.',
    schema: whole(50),
  },
  STALL_LIMIT_MS: {
    fallback: '120000',
    about: 'A batch that makes no step for so long fails `/livez`.',
    schema: whole(1000),
  },
  OTEL_EXPORTER_OTLP_ENDPOINT: {
    need: 'tracing',
    about: 'Collector of traces, by OTLP over HTTP: [docs/tracing.md](docs/tracing.md). Without it there are none.',
    schema: collectorUrl,
  },
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: {
    need: 'tracing',
    about: 'The same as the whole address, in place of `/v1/traces` at the collector.',
    schema: collectorUrl,
  },
  OTEL_EXPORTER_OTLP_HEADERS: {
    need: 'tracing',
    secret: true,
    about: 'Headers for the collector: `name=value`, several separated by commas.',
    schema: namedValues,
  },
  OTEL_SERVICE_NAME: {
    need: 'tracing',
    fallback: 'customer-profile',
    about: 'By which traces name this service.',
    schema: matching(/^\S.*$/, 'a name'),
  },
  OTEL_RESOURCE_ATTRIBUTES: {
    need: 'tracing',
    about: 'What traces say besides of where they come from: `name=value`, several separated by commas.',
    schema: namedValues,
  },
  OTEL_TRACES_SAMPLER: {
    need: 'tracing',
    fallback: 'parentbased_traceidratio',
    about:
      'Which traces are taken: `always_on`, `always_off` or `traceidratio`; after `parentbased_`, what a producer has decided stands.',
    schema: oneOf(SAMPLERS),
  },
  OTEL_TRACES_SAMPLER_ARG: {
    need: 'tracing',
    fallback: '1',
    about: 'Share of the traces that are taken by `traceidratio`, from 0 to 1.',
    schema: share,
  },
  OTEL_SDK_DISABLED: {
    need: 'tracing',
    fallback: 'false',
    about: '`true` for no traces, whatever else is set.',
    schema: yesOrNo,
  },
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof SETTINGS;

export const settingEntries = Object.entries(SETTINGS) as [SettingName, Setting][];

const defaultOf = ({ required, fallback, need }: Setting): string => {
  if (fallback !== undefined) return `\`${fallback}\``;
  return required ? `required for ${need ?? 'every command'}` : '';
};

/** Markdown: one row a setting. */
export const settingsTable = (): string =>
  [
    '| variable | default | what it does |',
    '|---|---|---|',
    ...settingEntries.map(
      ([name, setting]) =>
        `| \`${name}\`${setting.secret ? ` or \`${name}_FILE\`` : ''} | ${defaultOf(setting)} | ${setting.about} |`,
    ),
  ].join('\n');
