import kafkajs, { type Kafka, type logLevel as LogLevel, type SASLOptions } from 'kafkajs';
import { registerCodecs } from './codecs.ts';
import { tokenProviderOf, type TokenSettings } from './tokens.ts';

export interface KafkaSettings {
  readonly brokers: readonly string[];
  readonly ssl?: boolean | undefined;
  /** Ours, in PEM, where brokers ask for one. */
  readonly certificate?: { readonly cert: string; readonly key: string } | undefined;
  readonly sasl?: Password | Tokens | undefined;
}

interface Password {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  readonly username: string;
  readonly password: string;
}

interface Tokens extends TokenSettings {
  readonly mechanism: 'oauthbearer';
}

/** What the client says of itself: expected and survived, all of it, so it belongs to debugging. */
export type ClientLog = (message: string, fields: { readonly namespace: string; readonly level: string }) => void;

registerCodecs();
process.env['KAFKAJS_NO_PARTITIONER_WARNING'] = '1';

/**
 * A client of its own for each role. Consumer and producers never share one: they would share a map of transactions that
 * `sendOffsets` marks before the commit.
 */
export const createKafka = (settings: KafkaSettings, clientId: string, log?: ClientLog): Kafka =>
  new kafkajs.Kafka({
    clientId,
    brokers: [...settings.brokers],
    ssl: settings.ssl === true ? { ...settings.certificate } : false,
    ...(settings.sasl && { sasl: saslOf(settings.sasl) }),
    connectionTimeout: 3_000,
    authenticationTimeout: 5_000,
    requestTimeout: 15_000,
    retry: { initialRetryTime: 100, retries: 5, maxRetryTime: 2_000 },
    logLevel: log ? kafkajs.logLevel.INFO : kafkajs.logLevel.NOTHING,
    logCreator:
      () =>
      ({ namespace, level, log: { message } }) =>
        log?.(message, { namespace, level: LEVELS[level] }),
  });

const saslOf = (sasl: Password | Tokens): SASLOptions =>
  sasl.mechanism === 'oauthbearer'
    ? { mechanism: 'oauthbearer', oauthBearerProvider: tokenProviderOf(sasl) }
    : // A copy: the client adds to it what it authenticates by.
      { ...sasl };

const LEVELS: Readonly<Record<LogLevel, string>> = { 0: 'nothing', 1: 'error', 2: 'warn', 4: 'info', 5: 'debug' };
