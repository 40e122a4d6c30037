import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { forgetSecrets, loadConfig, redacted } from '../../src/config.ts';
import { nearMisses } from '../../src/near-misses.ts';
import { settingEntries, settingsTable } from '../../src/settings.ts';

const COMPLETE = {
  KAFKA_BROKERS: 'a:9092, b:9093',
  MONGODB_URI: 'mongodb://u:hunter2@db:27017/?replicaSet=rs0',
  SCHEMA_REGISTRY_URL: 'http://registry:8081',
  ERASURE_KEY: 'remembered under this',
};

const faultsOf = (env: Record<string, string>): string[] => {
  try {
    loadConfig(env);
  } catch (error) {
    expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
    return (error as Error).message.split('\n');
  }
  return [];
};

describe('configuration', () => {
  let folder: string;
  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'config-'))));
  afterAll(() => rmSync(folder, { recursive: true }));

  const file = (content: string): string => {
    const path = join(folder, 'secret');
    writeFileSync(path, content);
    return path;
  };

  it('needs three addresses and has a default for everything else', () => {
    const config = loadConfig(COMPLETE);
    expect(config.kafka).toEqual({ brokers: ['a:9092', 'b:9093'], ssl: false, sasl: undefined });
    expect(config).toMatchObject({
      group: 'customer-profile',
      topicPrefix: '',
      httpPort: 8080,
      futureToleranceMs: 300_000,
    });
    expect(config.mongodb.database).toBe('customer_profile');
  });

  it.each(['plain', 'oauthbearer'])('shows no secret, whichever setting it is of: %s', (mechanism) => {
    const secrets = settingEntries.filter(([, { secret }]) => secret === true).map(([name]) => name);
    const hidden = 'do-not-show-this-one';
    const said = Object.fromEntries(secrets.map((name) => [name, hidden]));
    const others = {
      ...{ MONGODB_URI: `mongodb://u:${hidden}@db/`, SCHEMA_REGISTRY_USERNAME: 'u' },
      ...{ KAFKA_SASL_MECHANISM: mechanism, KAFKA_SASL_USERNAME: 'u', KAFKA_SSL: 'true' },
      ...{ KAFKA_SASL_OAUTH_TOKEN_URL: 'https://login/token', KAFKA_SASL_OAUTH_CLIENT_ID: 'us' },
      KAFKA_SSL_CERT: `-----BEGIN CERTIFICATE-----${hidden}-----END CERTIFICATE-----`,
      KAFKA_SSL_KEY: `-----BEGIN PRIVATE KEY-----${hidden}-----END PRIVATE KEY-----`,
      OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer ${hidden}`,
    };
    const config = loadConfig({ ...COMPLETE, ...said, ...others });
    // By password, or by the secret of a client.
    expect(JSON.stringify(config).split(hidden)).toHaveLength(secrets.length);
    expect(JSON.stringify(redacted(config))).not.toContain(hidden);
  });

  it('takes where traces go, and all that is wrong with it', () => {
    const tracing = (env: Record<string, string>) => loadConfig({ ...COMPLETE, ...env }).tracing;
    expect(tracing({})).toEqual({
      ...{ url: undefined, headers: {}, serviceName: 'customer-profile', resourceAttributes: {} },
      ...{ sampler: 'parentbased_traceidratio', share: 1 },
    });
    const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/' };
    expect(tracing(endpoint).url).toBe('http://collector:4318/v1/traces');
    expect(tracing({ ...endpoint, OTEL_SDK_DISABLED: 'true' }).url).toBeUndefined();
    expect(tracing({ ...endpoint, OTEL_TRACES_SAMPLER: 'always_off' }).sampler).toBe('always_off');
    expect(
      tracing({
        ...{ ...endpoint, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://traces/here', OTEL_TRACES_SAMPLER_ARG: '0.25' },
        ...{ OTEL_EXPORTER_OTLP_HEADERS: 'a=1, b=x%20y=', OTEL_RESOURCE_ATTRIBUTES: 'k8s.namespace.name=customers' },
      }),
    ).toMatchObject({
      ...{ url: 'https://traces/here', share: 0.25, headers: { a: '1', b: 'x y=' } },
      resourceAttributes: { 'k8s.namespace.name': 'customers' },
    });
    const wrong = {
      ...{ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318', OTEL_EXPORTER_OTLP_HEADERS: 'hunter2' },
      ...{ OTEL_RESOURCE_ATTRIBUTES: 'nothing', OTEL_TRACES_SAMPLER_ARG: '2' },
      ...{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://me:hunter2@traces', OTEL_SDK_DISABLED: 'perhaps' },
    };
    expect(faultsOf({ ...COMPLETE, ...wrong })).toEqual([
      'OTEL_EXPORTER_OTLP_ENDPOINT must be an http or https address, not "collector:4318"',
      'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT must be an address without credentials: they go in OTEL_EXPORTER_OTLP_HEADERS',
      'OTEL_EXPORTER_OTLP_HEADERS must be name=value, several separated by commas',
      'OTEL_RESOURCE_ATTRIBUTES must be name=value, several separated by commas, not "nothing"',
      'OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1, not "2"',
      'OTEL_SDK_DISABLED must be one of true, false, not "perhaps"',
    ]);
  });

  it('leaves nothing that OpenTelemetry would read by itself, secrets among it', () => {
    const env = { OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'key=secret', OTEL_SERVICE_NAME: 'ours', PATH: '/' };
    forgetSecrets(env);
    expect(env).toEqual({ OTEL_SERVICE_NAME: 'ours', PATH: '/' });
  });

  it('says what is missing to authenticate', () => {
    const ssl = { KAFKA_SSL_CERT: '-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----' };
    expect(faultsOf({ ...COMPLETE, ...ssl, KAFKA_SASL_MECHANISM: 'oauthbearer' })).toEqual([
      'KAFKA_SASL_OAUTH_TOKEN_URL is required with KAFKA_SASL_MECHANISM=oauthbearer',
      'KAFKA_SASL_OAUTH_CLIENT_ID is required with KAFKA_SASL_MECHANISM=oauthbearer',
      'KAFKA_SASL_OAUTH_CLIENT_SECRET is required with KAFKA_SASL_MECHANISM=oauthbearer',
      'KAFKA_SSL_KEY and KAFKA_SSL_CERT go together',
      'KAFKA_SSL_CERT asks for KAFKA_SSL=true',
    ]);
    expect(faultsOf({ ...COMPLETE, KAFKA_SSL_KEY: 'hunter2' })).toEqual(['KAFKA_SSL_KEY must be a private key in PEM']);
    expect(faultsOf({ ...COMPLETE, KAFKA_SASL_OAUTH_TOKEN_URL: 'https://u:hunter2@login/token' }).join()).not.toMatch(
      /hunter2|^$/,
    );
  });

  it('takes the names of the audiences that are told, or that nobody is', () => {
    expect(loadConfig(COMPLETE).audiences).toEqual(['marketing', 'churn', 'fraud']);
    expect(loadConfig({ ...COMPLETE, AUDIENCES: 'fraud, churn' }).audiences).toEqual(['fraud', 'churn']);
    expect(loadConfig({ ...COMPLETE, AUDIENCES: 'none' }).audiences).toEqual([]);
    expect(faultsOf({ ...COMPLETE, AUDIENCES: 'fraud,sales' })).toEqual([
      'AUDIENCES must be some of marketing,churn,fraud separated by commas, or none, not "fraud,sales"',
    ]);
  });

  it('reports all faults together, by the name of the variable', () => {
    const faults = faultsOf({
      KAFKA_BROKERS: 'nonsense',
      KAFKA_SASL_MECHANISM: 'plain',
      KAFKA_SASL_USERNAME: 'u',
      SCHEMA_REGISTRY_URL: 'http://u:hunter2@registry',
      SCHEMA_REGISTRY_USERNAME: 'u',
      HTTP_PORT: '70000',
      HEARTBEAT_INTERVAL_MS: '9000',
    });
    expect(faults.map((fault) => fault.split(' ')[0]).sort()).toEqual([
      'ERASURE_KEY',
      'HEARTBEAT_INTERVAL_MS',
      'HTTP_PORT',
      'KAFKA_BROKERS',
      'KAFKA_SASL_PASSWORD',
      'MONGODB_URI',
      'SCHEMA_REGISTRY_PASSWORD',
      'SCHEMA_REGISTRY_URL',
    ]);
    expect(faults).toContain('HTTP_PORT must be a whole number from 0 to 65535, not "70000"');
  });

  it('never puts a secret into a fault', () => {
    const faults = faultsOf({ ...COMPLETE, MONGODB_URI: 'hunter2', SCHEMA_REGISTRY_URL: 'ftp://u:hunter2@x' });
    expect(faults).toHaveLength(2);
    expect(faults.join()).not.toContain('hunter2');
  });

  it('names a variable that looks misspelt', () => {
    const { KAFKA_BROKERS: brokers, ...rest } = COMPLETE;
    expect(faultsOf({ ...rest, KAFKA_BROKER: brokers })).toEqual([
      'KAFKA_BROKERS is required (KAFKA_BROKER is set: misspelt?)',
    ]);
    expect([
      ...nearMisses({ HTTP_PROT: '1', PATH: '/bin', KAFKA_SASL_PASSWORD_FILE: 'x', HTTP_PORT_FILE: 'y' }),
    ]).toEqual([['HTTP_PORT', 'HTTP_PROT']]);
  });

  it('reads a secret from a file, without the line end', () => {
    const { MONGODB_URI: uri, ...rest } = COMPLETE;
    expect(loadConfig({ ...rest, MONGODB_URI_FILE: file(`${uri}\n`) }).mongodb.uri).toBe(uri);
  });

  it('refuses a secret given twice, an empty file and a missing one', () => {
    const { MONGODB_URI: uri, ...rest } = COMPLETE;
    expect(faultsOf({ ...rest, MONGODB_URI: uri, MONGODB_URI_FILE: file(uri) })[0]).toContain('both set');
    expect(faultsOf({ ...rest, MONGODB_URI_FILE: file('\n') })[0]).toBe('MONGODB_URI_FILE names an empty file');
    expect(faultsOf({ ...rest, MONGODB_URI_FILE: join(folder, 'none') })[0]).toContain('(ENOENT)');
  });

  it('asks a command only for what it needs', () => {
    const config = loadConfig({ MONGODB_URI: COMPLETE.MONGODB_URI, KAFKA_SSL: 'perhaps' }, ['mongodb']);
    expect(config.mongodb.uri).toBe(COMPLETE.MONGODB_URI);
    expect(Object.keys(config)).not.toContain('kafka');
  });

  it('counts an empty variable as absent', () => {
    expect(loadConfig({ ...COMPLETE, HTTP_PORT: '', TOPIC_PREFIX: '' }).httpPort).toBe(8080);
  });

  it('cannot be changed', () => {
    const config = loadConfig(COMPLETE);
    expect(() => Object.assign(config.mongodb, { database: 'x' })).toThrow(TypeError);
    expect(() => Object.assign(config, { group: 'x' })).toThrow(TypeError);
  });

  it.each([
    [
      'mongodb://u:p@ss/w@db/?tlsCertificateKeyFilePassword=p@ss',
      'mongodb://***@db/?tlsCertificateKeyFilePassword=***',
    ],
    ['mongodb+srv://u:p@db', 'mongodb+srv://***@db'],
    ['mongodb://db:27017/?replicaSet=rs0', 'mongodb://db:27017/?replicaSet=rs0'],
  ])('prints a connection string without its secrets (%#)', (uri, printed) => {
    expect(redacted(loadConfig({ ...COMPLETE, MONGODB_URI: uri }))).toMatchObject({ mongodb: { uri: printed } });
  });

  it('prints no password', () => {
    const config = loadConfig({
      ...COMPLETE,
      KAFKA_SASL_MECHANISM: 'scram-sha-512',
      KAFKA_SASL_USERNAME: 'reader',
      KAFKA_SASL_PASSWORD: 'hunter2',
      SCHEMA_REGISTRY_USERNAME: 'reader',
      SCHEMA_REGISTRY_PASSWORD: 'hunter2',
    });
    expect(JSON.stringify(config)).toContain('hunter2');
    const printed = JSON.stringify(redacted(config));
    expect(printed).not.toContain('hunter2');
    expect(printed).toContain('scram-sha-512');
  });

  it('is the table that the README shows, however a formatter aligns it', () => {
    const cells = (table = '') => table.replace(/ *\| */g, '|').replace(/-+/g, '-');
    const shown = /<!-- settings -->\s*([^]*?)\s*<!-- \/settings -->/.exec(readFileSync('README.md', 'utf8'));
    expect(cells(shown?.[1])).toBe(cells(settingsTable()));
  });
});
