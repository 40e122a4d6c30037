/**
 * A broker that takes nobody without certificate, password or token, and another listener for the test itself. Who comes by that one may do
 * everything, and all others, where it `authorizes`, what they are allowed.
 */
import { brokerRecipe, singleNode } from '../../src/backing/kafka.ts';
import type { Context } from '../../src/backing/cache.ts';
import { freePort } from '../../src/backing/ports.ts';
import { startServer } from '../../src/backing/server.ts';
import { PASSWORD, USER } from './credentials.ts';
import type { Authority } from './certificates.ts';

export interface SecureKafka {
  /** Takes everybody. */
  readonly plain: string;
  /** Asks for a certificate. */
  readonly mutual: string;
  /** Asks for a password or a token, over TLS. */
  readonly sasl: string;
  /** Asks for a password, without TLS. */
  readonly bare: string;
}

const MODULES = 'org.apache.kafka.common.security';

export const startSecureKafka = async (
  context: Context,
  authority: Authority,
  { jwksUrl = '', authorizes = false }: { readonly jwksUrl?: string; readonly authorizes?: boolean },
): Promise<SecureKafka> => {
  const controllerPort = await freePort();
  const address = async (): Promise<string> => `127.0.0.1:${await freePort()}`;
  const [plain, mutual, sasl, bare] = await Promise.all([address(), address(), address(), address()]);
  const server = authority.sign('broker', '/CN=broker', ['127.0.0.1']);
  const listeners = `PLAINTEXT://${plain},MUTUAL://${mutual},SASL://${sasl},BARE://${bare}`;
  const passwordIn = (module: string, more = ''): string => `${MODULES}.${module} required${more};`;
  const settings = {
    ...singleNode(controllerPort),
    listeners: `${listeners},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': listeners,
    'listener.security.protocol.map':
      'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,MUTUAL:SSL,SASL:SASL_SSL,BARE:SASL_PLAINTEXT',
    'inter.broker.listener.name': 'PLAINTEXT',
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': server.both,
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': authority.ca,
    'listener.name.mutual.ssl.client.auth': 'required',
    'listener.name.sasl.sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER',
    'listener.name.sasl.plain.sasl.jaas.config': passwordIn('plain.PlainLoginModule', ` user_${USER}="${PASSWORD}"`),
    'listener.name.sasl.scram-sha-256.sasl.jaas.config': passwordIn('scram.ScramLoginModule'),
    'listener.name.sasl.scram-sha-512.sasl.jaas.config': passwordIn('scram.ScramLoginModule'),
    'listener.name.bare.sasl.enabled.mechanisms': 'SCRAM-SHA-512',
    'listener.name.bare.scram-sha-512.sasl.jaas.config': passwordIn('scram.ScramLoginModule'),
    ...(authorizes && {
      'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
      'super.users': 'User:ANONYMOUS',
    }),
    'listener.name.sasl.oauthbearer.sasl.jaas.config': passwordIn('oauthbearer.OAuthBearerLoginModule'),
    'listener.name.sasl.oauthbearer.sasl.server.callback.handler.class': `${MODULES}.oauthbearer.OAuthBearerValidatorCallbackHandler`,
    'listener.name.sasl.oauthbearer.sasl.oauthbearer.jwks.endpoint.url': jwksUrl,
    'listener.name.sasl.oauthbearer.sasl.oauthbearer.expected.audience': 'kafka',
    'listener.name.sasl.oauthbearer.sasl.oauthbearer.expected.issuer': 'issuer',
  };
  const recipe = await brokerRecipe(context, {
    ...{ name: 'Kafka', address: plain, settings, maxHeapMb: 384 },
    jvm: [`-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls=${jwksUrl}`],
    scram: ['SCRAM-SHA-256', 'SCRAM-SHA-512'].map((mechanism) => `${mechanism}=[name=${USER},password=${PASSWORD}]`),
  });
  await startServer(context, recipe);
  return { plain, mutual, sasl, bare };
};
