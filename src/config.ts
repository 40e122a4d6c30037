/** Environment → one typed, frozen object, or one error that lists every fault. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { z } from 'zod';
import type { AudienceKeys } from './domain/audiences/index.ts';
import { ProfileError } from './errors.ts';
import { nearMisses } from './near-misses.ts';
import type { RuleFile } from './rule-files.ts';
import { type Need, type Setting, type SettingName, type SETTINGS, settingEntries } from './settings.ts';

export type { Need } from './settings.ts';

type Environment = Readonly<Record<string, string | undefined>>;
type Output<N extends SettingName> = z.output<(typeof SETTINGS)[N]['schema']>;
type Values = {
  readonly [N in SettingName]: (typeof SETTINGS)[N] extends { fallback: string } | { required: true }
    ? Output<N>
    : Output<N> | undefined;
};

const audienceKeysOf = (values: Values): AudienceKeys => ({ churn: values.CHURN_KEY });

const common = (values: Values) => ({
  group: values.CONSUMER_GROUP,
  topicPrefix: values.TOPIC_PREFIX ?? '',
  rekeyedInputs: values.REKEYED_INPUTS,
  audiences: values.AUDIENCES,
  audienceKeys: audienceKeysOf(values),
  linkKeys: [values.LINK_KEY, values.LINK_KEY_PREVIOUS].filter((key) => key !== undefined),
  httpPort: values.HTTP_PORT,
  logLevel: values.LOG_LEVEL,
  futureToleranceMs: values.FUTURE_TOLERANCE_MS,
  unknownSchemaGraceMs: values.UNKNOWN_SCHEMA_GRACE_MS,
  profileOrders: values.PROFILE_ORDERS,
  cacheMaxBytes: values.CACHE_MAX_BYTES,
  fetchMaxBytesPerPartition: values.FETCH_MAX_BYTES_PER_PARTITION,
  sessionTimeoutMs: values.SESSION_TIMEOUT_MS,
  heartbeatIntervalMs: values.HEARTBEAT_INTERVAL_MS,
  stallLimitMs: values.STALL_LIMIT_MS,
});

const SERVICES = {
  kafka: (values: Values) => ({
    brokers: values.KAFKA_BROKERS,
    ssl: values.KAFKA_SSL,
    certificate: certificateOf(values),
    sasl: saslOf(values),
  }),
  mongodb: (values: Values) => ({ uri: values.MONGODB_URI, database: values.MONGODB_DATABASE }),
  registry: (values: Values) => ({
    url: values.SCHEMA_REGISTRY_URL,
    username: values.SCHEMA_REGISTRY_USERNAME,
    password: values.SCHEMA_REGISTRY_PASSWORD,
  }),
  erasure: (values: Values) => ({
    keys: [values.ERASURE_KEY, values.ERASURE_KEY_PREVIOUS].filter((key) => key !== undefined),
  }),
  retention: (values: Values) => values.RETENTION_FILE,
  tracing: (values: Values) => ({
    url: values.OTEL_SDK_DISABLED ? undefined : collectorOf(values),
    headers: values.OTEL_EXPORTER_OTLP_HEADERS ?? {},
    serviceName: values.OTEL_SERVICE_NAME,
    resourceAttributes: values.OTEL_RESOURCE_ATTRIBUTES ?? {},
    sampler: values.OTEL_TRACES_SAMPLER,
    share: values.OTEL_TRACES_SAMPLER_ARG,
  }),
  rules: (values: Values) => ({ segments: values.SEGMENTS_FILE, completeness: values.COMPLETENESS_FILE }),
};

const certificateOf = ({ KAFKA_SSL_CERT: cert, KAFKA_SSL_KEY: key = '' }: Values) =>
  cert === undefined ? undefined : { cert, key };

const saslOf = (values: Values) => {
  const mechanism = values.KAFKA_SASL_MECHANISM;
  if (mechanism === undefined) return undefined;
  if (mechanism !== 'oauthbearer') {
    return { mechanism, username: values.KAFKA_SASL_USERNAME ?? '', password: values.KAFKA_SASL_PASSWORD ?? '' };
  }
  return {
    mechanism,
    tokenUrl: values.KAFKA_SASL_OAUTH_TOKEN_URL ?? '',
    clientId: values.KAFKA_SASL_OAUTH_CLIENT_ID ?? '',
    clientSecret: values.KAFKA_SASL_OAUTH_CLIENT_SECRET ?? '',
    scope: values.KAFKA_SASL_OAUTH_SCOPE,
  };
};

const collectorOf = (values: Values): string | undefined =>
  values.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? values.OTEL_EXPORTER_OTLP_ENDPOINT?.replace(/\/*$/, '/v1/traces');

type Frozen<T> = { readonly [K in keyof T]: T[K] };
type Services = { readonly [N in Need]: Frozen<ReturnType<(typeof SERVICES)[N]>> };
type Common = Frozen<ReturnType<typeof common>>;

/** What a command that needs `N` knows; all of it by default. */
export type Config<N extends Need = Need> = Common & Pick<Services, N>;

const ALL: readonly Need[] = ['kafka', 'mongodb', 'registry', 'rules', 'erasure', 'tracing'];

/**
 * Reads what `needs` asks for, and the common settings.
 * Throws CONFIG_INVALID; its message names every faulty variable, one a line, and no secret.
 */
export const loadConfig = <N extends Need = Need>(env: Environment, needs?: readonly N[]): Config<N> => {
  const wanted: readonly Need[] = needs ?? ALL;
  const faults = new Map<SettingName, readonly string[]>();
  const misses = nearMisses(env);
  const values: Partial<Record<SettingName, unknown>> = {};
  for (const [name, setting] of settingEntries) {
    if (setting.need && !wanted.includes(setting.need)) continue;
    try {
      values[name] = read(env, name, setting, misses.get(name));
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      faults.set(name, error.texts);
    }
  }
  for (const [name, broken, text] of RULES) {
    if (!faults.has(name) && broken(values as Values)) faults.set(name, [text]);
  }
  if (faults.size > 0) {
    const lines = [...faults].flatMap(([name, texts]) => texts.map((text) => `${name}${text}`));
    throw new ProfileError('CONFIG_INVALID', lines.join('\n'));
  }

  const config: Record<string, unknown> = common(values as Values);
  for (const need of wanted) config[need] = Object.freeze(SERVICES[need](values as Values));
  return Object.freeze(config) as Config<N>;
};

/** Takes secrets out of the environment once it has been read: diagnostic reports of Node.js hold it, and so do processes that are started from here. */
export const forgetSecrets = (env: NodeJS.ProcessEnv): void => {
  for (const [name, { secret }] of settingEntries) if (secret) Reflect.deleteProperty(env, name);
  // OpenTelemetry would read others by itself, such as OTEL_EXPORTER_OTLP_TRACES_HEADERS.
  for (const name of Object.keys(env)) if (name.startsWith('OTEL_EXPORTER_OTLP_')) Reflect.deleteProperty(env, name);
};

/** The same without secrets and, of rules, only which they are: to be printed. */
export const redacted = (config: Partial<Config>): Record<string, unknown> => ({
  ...config,
  ...(config.audienceKeys && { audienceKeys: { churn: config.audienceKeys.churn && HIDDEN } }),
  ...(config.linkKeys && { linkKeys: config.linkKeys.map(() => HIDDEN) }),
  ...(config.erasure && { erasure: { keys: config.erasure.keys.map(() => HIDDEN) } }),
  ...(config.kafka && { kafka: redactedKafka(config.kafka) }),
  ...(config.mongodb && { mongodb: { ...config.mongodb, uri: redactedUri(config.mongodb.uri) } }),
  ...(config.registry?.password !== undefined && { registry: { ...config.registry, password: HIDDEN } }),
  ...(config.tracing && {
    tracing: {
      ...config.tracing,
      headers: Object.fromEntries(Object.keys(config.tracing.headers).map((name) => [name, HIDDEN])),
    },
  }),
  ...(config.retention && { retention: outlineOf(config.retention) }),
  ...(config.rules && {
    rules: { segments: outlineOf(config.rules.segments), completeness: outlineOf(config.rules.completeness) },
  }),
});

const redactedKafka = ({ certificate, sasl, ...kafka }: Config['kafka']) => ({
  ...kafka,
  ...(certificate && { certificate: { cert: HIDDEN, key: HIDDEN } }),
  ...(sasl && { sasl: { ...sasl, ...('password' in sasl ? { password: HIDDEN } : { clientSecret: HIDDEN }) } }),
});

const outlineOf = (found: RuleFile<unknown> | undefined) => found && { ...found, rules: found.rules.length };

const HIDDEN = '***';

/** The last @ ends the credentials even where somebody forgot to encode one. */
const redactedUri = (uri: string): string =>
  uri
    .replace(/([?&][^=&]*(?:password|properties|token)[^=&]*)=[^&]*/gi, `$1=${HIDDEN}`)
    .replace(/^(mongodb(?:\+srv)?:\/\/).*@/s, `$1${HIDDEN}@`);

/** What is wrong with one variable; each text completes a sentence that begins with its name. */
class Fault extends Error {
  readonly texts: readonly string[];

  constructor(...texts: readonly string[]) {
    super();
    this.texts = texts;
  }
}

const read = (env: Environment, name: SettingName, setting: Setting, misspelt: string | undefined): unknown => {
  const text = textOf(env, name, setting) ?? fallbackOf(setting);
  if (text === undefined) {
    if (setting.required) throw new Fault(` is required${misspelt ? ` (${misspelt} is set: misspelt?)` : ''}`);
    return undefined;
  }
  const result = setting.schema.safeParse(text);
  if (result.success) return result.data;
  if (setting.file) throw new Fault(...result.error.issues.map(({ message }) => `: ${message}`));
  // An address may hold a password.
  const given = setting.secret || text.includes('@') ? '' : `, not ${JSON.stringify(text)}`;
  throw new Fault(` must be ${result.error.issues[0]?.message ?? 'different'}${given}`);
};

/** The package is the same place from src/ and from dist/. */
const fallbackOf = ({ fallback, file }: Setting): string | undefined =>
  file && fallback !== undefined ? fileURLToPath(new URL(`../${fallback}`, import.meta.url)) : fallback;

/** An empty variable counts as absent, as deployment tools write it. */
const textOf = (env: Environment, name: SettingName, { secret }: Setting): string | undefined => {
  const text = env[name] || undefined;
  const file = secret && env[`${name}_FILE`];
  if (!file) return text;
  if (text !== undefined) throw new Fault(` and ${name}_FILE are both set: which one counts?`);
  const content = contentOf(file);
  if (content === '') throw new Fault('_FILE names an empty file');
  return content;
};

const contentOf = (file: string): string => {
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    throw new Fault(`_FILE names a file that cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`);
  }
};

const hasPassword = (mechanism: Values['KAFKA_SASL_MECHANISM']): boolean =>
  mechanism !== undefined && mechanism !== 'oauthbearer';

/** Faults that lie between settings. */
const RULES: readonly (readonly [SettingName, (values: Values) => boolean, string])[] = [
  [
    'KAFKA_SASL_USERNAME',
    (v) => hasPassword(v.KAFKA_SASL_MECHANISM) && !v.KAFKA_SASL_USERNAME,
    ' is required with a SASL mechanism',
  ],
  [
    'KAFKA_SASL_PASSWORD',
    (v) => hasPassword(v.KAFKA_SASL_MECHANISM) && !v.KAFKA_SASL_PASSWORD,
    ' is required with a SASL mechanism',
  ],
  ...(['KAFKA_SASL_OAUTH_TOKEN_URL', 'KAFKA_SASL_OAUTH_CLIENT_ID', 'KAFKA_SASL_OAUTH_CLIENT_SECRET'] as const).map(
    (name) =>
      [
        name,
        (v: Values) => v.KAFKA_SASL_MECHANISM === 'oauthbearer' && !v[name],
        ' is required with KAFKA_SASL_MECHANISM=oauthbearer',
      ] as const,
  ),
  ['KAFKA_SSL_KEY', (v) => !!v.KAFKA_SSL_CERT !== !!v.KAFKA_SSL_KEY, ' and KAFKA_SSL_CERT go together'],
  ['KAFKA_SSL_CERT', (v) => !!v.KAFKA_SSL_CERT && !v.KAFKA_SSL, ' asks for KAFKA_SSL=true'],
  [
    'KAFKA_SASL_MECHANISM',
    (v) => !v.KAFKA_SASL_MECHANISM && !!(v.KAFKA_SASL_USERNAME ?? v.KAFKA_SASL_PASSWORD),
    ' is required with a SASL user name or password',
  ],
  [
    'SCHEMA_REGISTRY_PASSWORD',
    (v) => !!v.SCHEMA_REGISTRY_USERNAME !== !!v.SCHEMA_REGISTRY_PASSWORD,
    ' and SCHEMA_REGISTRY_USERNAME go together',
  ],
  [
    'HEARTBEAT_INTERVAL_MS',
    (v) => v.HEARTBEAT_INTERVAL_MS * 3 > v.SESSION_TIMEOUT_MS,
    ' must be at most a third of SESSION_TIMEOUT_MS',
  ],
];
