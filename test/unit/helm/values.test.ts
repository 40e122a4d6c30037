import { settingEntries } from '../../../src/settings.ts';
import { type Container, describeRendered, type Pod, render, threePodsOf } from '../../helpers/chart.ts';

const containerOf = (pod: Pod): Container => pod.spec.containers[0];
const envOf = (pod: Pod): Record<string, string> =>
  Object.fromEntries(containerOf(pod).env.map(({ name, value }) => [name, value]));

const secretsOf = (pod: Pod): string[] =>
  Object.keys(envOf(pod))
    .filter((name) => name.endsWith('_FILE'))
    .sort();

describeRendered('settings', () => {
  it('reach members, the topics job and the test as they were written', () => {
    const config = { FUTURE_TOLERANCE_MS: 31_536_000_000, KAFKA_SSL: true, TOPIC_PREFIX: 'a"b: #c.', HTTP_PORT: 9000 };
    const rendered = render({ config });
    const expected = {
      FUTURE_TOLERANCE_MS: '31536000000',
      KAFKA_SSL: 'true',
      TOPIC_PREFIX: 'a"b: #c.',
      HTTP_PORT: '9000',
    };
    expect(rendered.one('ConfigMap').data).toMatchObject(expected);
    const [member, topics, check] = threePodsOf(rendered);
    expect(envOf(topics)).toMatchObject(expected);
    for (const pod of [member, check])
      expect(containerOf(pod).envFrom).toEqual([{ configMapRef: { name: 'demo-customer-profile-stream' } }]);
    expect(containerOf(member).ports).toEqual([{ name: 'http', containerPort: 9000 }]);
    expect(rendered.one('Service').spec.ports).toMatchObject([{ port: 9000 }]);
  });

  it('can all be given', () => {
    const values: Record<'config' | 'secrets' | 'files', Record<string, unknown>> = {
      config: {},
      secrets: {},
      files: {},
    };
    for (const [name, { secret, file, fallback }] of settingEntries) {
      if (secret) values.secrets[name] = { name: 'keys', key: name };
      else if (file) values.files[name] = '{"version":1,"rules":[]}';
      else if (name !== 'HTTP_PORT' && fallback !== undefined) values.config[name] = fallback;
    }
    const rendered = render(values);
    expect(rendered.errors).toBe('');
    const ofTopics = settingEntries.filter(
      ([, { secret, need }]) => secret && ['kafka', 'registry'].includes(need ?? ''),
    );
    expect(secretsOf(threePodsOf(rendered)[1])).toEqual(ofTopics.map(([name]) => `${name}_FILE`).sort());
    const given = { ...rendered.one('ConfigMap').data, ...envOf(threePodsOf(rendered)[0]) };
    for (const name of Object.keys(values.secrets)) expect(given).toHaveProperty(`${name}_FILE`);
    for (const name of [...Object.keys(values.config), ...Object.keys(values.files)])
      expect(given).toHaveProperty(name);
  });

  it('that change make new pods', () => {
    const checksum = (values: object): string | undefined =>
      threePodsOf(render(values))[0].metadata.annotations['checksum/config'];
    expect(checksum({ config: { LOG_LEVEL: 'debug' } })).not.toBe(checksum({}));
    expect(checksum({ files: { SEGMENTS_FILE: '{}' } })).not.toBe(checksum({}));
  });
});

describeRendered('the network policy', () => {
  const portsOf = (values: object): number[][] =>
    render(values)
      .one('NetworkPolicy')
      .spec.egress.map(({ ports }) => ports.map(({ port }) => port));

  it('lets out to the ports of what is configured, and to DNS', () => {
    expect(portsOf({})).toEqual([[9092], [8080], [27017], [53, 53]]);
    const config = {
      KAFKA_BROKERS: 'a:9096,[::1]:9097, b:9096',
      SCHEMA_REGISTRY_URL: 'https://registry.example.com/x',
    };
    expect(portsOf({ config })).toEqual([[9096, 9097], [443], [27017], [53, 53]]);
    expect(portsOf({ config: { SCHEMA_REGISTRY_URL: 'http://r' } })[1]).toEqual([80]);
    expect(portsOf({ networkPolicy: { kafka: { ports: [9094] } } })[0]).toEqual([9094]);
    const collector = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector.monitoring:4318' };
    expect(portsOf({ config: collector })[4]).toEqual([4318]);
    for (const OTEL_SDK_DISABLED of [true, 'true']) {
      expect(portsOf({ config: { ...collector, OTEL_SDK_DISABLED } })[4]).toBeUndefined();
    }
    expect(portsOf({ config: { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://traces' } })[4]).toEqual([443]);
    expect(portsOf({ config: { KAFKA_SASL_OAUTH_TOKEN_URL: 'https://login:8443/token' } })[4]).toEqual([8443]);
  });

  it('names peers where they are given', () => {
    const { spec } = render({}, 'everything').one('NetworkPolicy');
    expect(spec.ingress[0]?.from).toEqual([
      { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } },
    ]);
    expect(spec.egress[0]?.to).toEqual([{ ipBlock: { cidr: '10.0.0.0/16' } }]);
    const pods = { podLabels: { app: 'kafka' } };
    const to = [{ namespaceLabels: {} }, { namespaceLabels: {}, ...pods }, pods];
    const any = { namespaceSelector: { matchLabels: {} } };
    const named = { podSelector: { matchLabels: { app: 'kafka' } } };
    const rendered = render({ networkPolicy: { kafka: { to } } });
    expect(rendered.one('NetworkPolicy').spec.egress[0]?.to).toEqual([any, { ...any, ...named }, named]);
  });

  it('is there before the topics job is', () => {
    const { annotations } = render().one('NetworkPolicy', '-topics').metadata;
    const job = render().one('Job', '-topics').metadata.annotations;
    expect(Number(annotations['helm.sh/hook-weight'])).toBeLessThan(Number(job['helm.sh/hook-weight']));
  });
});

describeRendered('values', () => {
  it.each([
    [{ config: { KAFKA_BROKER: 'a:1' } }, 'KAFKA_BROKER'],
    [{ config: { MONGODB_URI: 'mongodb://user:secret@host' } }, 'MONGODB_URI'],
    [{ config: { KAFKA_BROKERS: 'a' } }, 'KAFKA_BROKERS'],
    [{ config: { HTTP_PORT: 0 } }, 'HTTP_PORT'],
    [{ config: { KAFKA_SASL_MECHANISM: 'PLAIN' } }, 'KAFKA_SASL_MECHANISM'],
    [{ podLabels: { 'app.kubernetes.io/component': 'mine' } }, 'podLabels'],
    [{ secrets: { ERASURE_KEY: 'the key itself' } }, 'ERASURE_KEY'],
    [{ secrets: { ERASURE_KEY: { value: 'the key itself' } } }, 'ERASURE_KEY'],
    [{ secrets: { KAFKA_BROKERS: { name: 'a', key: 'b' } } }, 'KAFKA_BROKERS'],
    [{ replicas: 0 }, 'replicas'],
    [{ replica: 2 }, 'replica'],
    [{ runAsUser: 0 }, 'runAsUser'],
    [{ autoscaling: { minReplicas: 0 } }, 'minReplicas'],
    [{ strategy: 'BlueGreen' }, 'strategy'],
    [{ image: { digest: 'sha256:1' } }, 'digest'],
    [{ resources: { limits: { memory: 'much' } } }, 'memory'],
    [{ networkPolicy: { kafka: { to: [{}] } } }, 'networkPolicy.kafka.to'],
    [{ networkPolicy: { kafka: { to: [{ cidr: '10.0.0.0/8', podLabels: { a: 'b' } }] } } }, 'networkPolicy.kafka.to'],
  ])('are refused: %j', (values, named) => {
    const { status, errors } = render(values);
    expect(status).not.toBe(0);
    expect(errors).toContain(named);
  });

  it('of a parent chart are no obstacle', () => {
    expect(render({ global: { anything: 1 } }).status).toBe(0);
  });
});
