/** Never more members than can work, and KEDA asks the brokers as members do. */
import { contracts } from '../../../src/domain/contracts.ts';
import { describeRendered, render } from '../../helpers/chart.ts';

const named = (parameter: string, key: string) => ({ parameter, name: 'keys', key });
const variable = (parameter: string, name: string) => ({ parameter, name, containerName: 'member' });
const password = variable('username', 'KAFKA_SASL_USERNAME');

describeRendered('the group', () => {
  it.each([
    [{ replicas: 13 }, 'replicas is 13, but with 12 partitions'],
    [{ autoscaling: { enabled: true, maxReplicas: 13 } }, 'autoscaling.maxReplicas is 13, but with 12 partitions'],
    [{ autoscaling: { enabled: true, minReplicas: 5, maxReplicas: 4 } }, 'autoscaling.minReplicas is 5'],
  ])('never has more members than can work: %j', (values, message) => {
    const { status, errors } = render(values);
    expect(status).not.toBe(0);
    expect(errors).toContain(message);
  });

  it.each(['', 'prod.'])('is scaled by the lag of every topic that it reads (prefix "%s")', (prefix) => {
    const rekeyed = ['order-finalized', 'contract-signed'];
    const config = {
      CONSUMER_GROUP: 20_240_101,
      REKEYED_INPUTS: rekeyed.join(', '),
      ...(prefix && { TOPIC_PREFIX: prefix }),
    };
    const rendered = render({ config, autoscaling: { enabled: true } });
    const { spec } = rendered.one('ScaledObject');
    expect(spec.triggers[0]?.metadata).toMatchObject({ consumerGroup: '20240101' });
    expect(spec).toMatchObject({ minReplicaCount: 2, maxReplicaCount: 12 });
    const read = contracts(prefix, rekeyed).flatMap(({ topic, direction }) => (direction === 'input' ? [topic] : []));
    expect(spec.triggers.map(({ metadata }) => metadata.topic).sort()).toEqual(read.sort());
    expect(rendered.one('Deployment').spec).not.toHaveProperty('replicas');
  });

  it.each([
    ['nothing', { KAFKA_SSL: false, KAFKA_SASL_MECHANISM: '' }, [], undefined, {}],
    ['nothing but TLS', { KAFKA_SSL: true }, [], undefined, { tls: 'enable' }],
    [
      'a password',
      { KAFKA_SASL_MECHANISM: 'plain', KAFKA_SASL_USERNAME: 'a' },
      ['KAFKA_SASL_PASSWORD'],
      { env: [password], secretTargetRef: [named('password', 'KAFKA_SASL_PASSWORD')] },
      { sasl: 'plaintext' },
    ],
    [
      'a salted one',
      { KAFKA_SASL_MECHANISM: 'scram-sha-256', KAFKA_SASL_USERNAME: 'a', KAFKA_SASL_OAUTH_CLIENT_ID: 'left over' },
      ['KAFKA_SASL_PASSWORD', 'KAFKA_SASL_OAUTH_CLIENT_SECRET'],
      { env: [password], secretTargetRef: [named('password', 'KAFKA_SASL_PASSWORD')] },
      { sasl: 'scram_sha256' },
    ],
    [
      'a token',
      {
        KAFKA_SASL_MECHANISM: 'oauthbearer',
        KAFKA_SASL_OAUTH_TOKEN_URL: 'https://login/token',
        KAFKA_SASL_OAUTH_CLIENT_ID: 'a',
        KAFKA_SASL_OAUTH_SCOPE: 'kafka',
      },
      ['KAFKA_SASL_OAUTH_CLIENT_SECRET'],
      {
        env: [
          variable('oauthTokenEndpointUri', 'KAFKA_SASL_OAUTH_TOKEN_URL'),
          variable('scopes', 'KAFKA_SASL_OAUTH_SCOPE'),
          variable('username', 'KAFKA_SASL_OAUTH_CLIENT_ID'),
        ],
        secretTargetRef: [named('password', 'KAFKA_SASL_OAUTH_CLIENT_SECRET')],
      },
      { sasl: 'oauthbearer' },
    ],
    [
      'a certificate',
      { KAFKA_SSL: true },
      ['KAFKA_SSL_CERT', 'KAFKA_SSL_KEY'],
      { secretTargetRef: [named('cert', 'KAFKA_SSL_CERT'), named('key', 'KAFKA_SSL_KEY')] },
      { tls: 'enable' },
    ],
  ])('is watched by KEDA as members connect: with %s', (_, config, keys, authentication, metadata) => {
    const secrets = Object.fromEntries(keys.map((key) => [key, { name: 'keys', key }]));
    const rendered = render({ config, secrets, autoscaling: { enabled: true } });
    const [trigger] = rendered.one('ScaledObject').spec.triggers;
    expect({ sasl: trigger?.metadata.sasl, tls: trigger?.metadata.tls }).toEqual(metadata);
    expect(trigger?.authenticationRef?.name).toBe(authentication && 'demo-customer-profile-stream');
    const found = rendered.all.find(({ kind }) => kind === 'TriggerAuthentication');
    expect(found?.spec).toEqual(authentication);
  });

  it('is watched by KEDA with the authority that members trust', () => {
    const { spec } = render({}, 'everything').one('TriggerAuthentication');
    expect(spec).toMatchObject({ configMapTargetRef: [{ parameter: 'ca', name: 'company-ca', key: 'ca.crt' }] });
  });
});
