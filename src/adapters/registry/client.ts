/** The road to the schema registry: every failure that may pass is REGISTRY_UNAVAILABLE, whatever it looks like. */
import registryClient from '@kafkajs/confluent-schema-registry';
import avro from 'avsc';
import { ProfileError } from '../../errors.ts';

export interface RegistryOptions {
  /** Address of the Confluent API, for example `http://registry:8081`. */
  readonly url: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** How long one call may take, in ms, its retries included. */
  readonly timeoutMs?: number;
}

/** What the registry said, `code` being its own error code; never a passing failure. */
export interface Answer {
  readonly status: number;
  readonly code: number | null;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface RegistryClient {
  /**
   * The Avro type behind a schema id; 'unknown' when the registry has no such id, 'unusable' when it is no Avro schema.
   * Throws REGISTRY_UNAVAILABLE.
   */
  writerType(id: number): Promise<avro.Type | 'unknown' | 'unusable'>;
  /** One call of the REST API. Throws REGISTRY_UNAVAILABLE unless the registry itself answered. */
  call(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: object): Promise<Answer>;
}

/** The registry's code for "there is no schema with this id". */
const SCHEMA_NOT_FOUND = 40403;

/** Answers that concern the question; any other failure, such as no or wrong credentials, concerns the service. */
const MEANINGFUL = [404, 409, 422];

const unavailable = (what: string, cause?: unknown): ProfileError =>
  new ProfileError('REGISTRY_UNAVAILABLE', `the schema registry cannot be used: ${what}`, { cause });

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A proxy in front answers 404 and the like too, but without the registry's error code. */
const answerOf = (status: number, text: string): Answer => {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (error) {
    throw unavailable(`status ${status} without a readable body`, error);
  }
  const fields = isObject(body) ? body : {};
  const { error_code: code = null } = fields;
  const understood = status < 300 || (MEANINGFUL.includes(status) && typeof code === 'number');
  if (!understood) throw unavailable(`status ${status}`);
  return { status, code: typeof code === 'number' ? code : null, body: fields };
};

export const createRegistryClient = (options: RegistryOptions): RegistryClient => {
  const { username, password, timeoutMs = 5000 } = options;
  const url = options.url.replace(/\/+$/, '');
  const auth = username === undefined ? undefined : { username, password: password ?? '' };
  const authorization = auth && `Basic ${Buffer.from(`${auth.username}:${auth.password}`).toString('base64')}`;

  const registry = new registryClient.SchemaRegistry({
    host: url,
    ...(auth && { auth }),
    retry: { retries: 2 },
    // By default a call would wait for ever.
    middlewares: [
      () => ({
        prepareRequest: async (next) => (await next()).enhance({ signal: AbortSignal.timeout(timeoutMs) }),
      }),
    ],
  });

  const call: RegistryClient['call'] = async (method, path, body) => {
    try {
      const response = await fetch(url + path, {
        method,
        headers: { 'content-type': 'application/vnd.schemaregistry.v1+json', ...(authorization && { authorization }) },
        ...(body && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(timeoutMs),
      });
      return answerOf(response.status, await response.text());
    } catch (error) {
      throw error instanceof ProfileError ? error : unavailable('no answer', error);
    }
  };

  const writerType: RegistryClient['writerType'] = async (id) => {
    let missing: boolean;
    try {
      const schema: unknown = await registry.getSchema(id);
      registry.cache.clear(); // It would keep every schema for ever.
      return avro.Type.isType(schema) ? (schema as avro.Type) : 'unusable';
    } catch (error) {
      // Errors of a call carry a status, 400 when there was no connection at all; the others are about the schema.
      const status = isObject(error) ? error['status'] : undefined;
      if (status !== undefined && status !== 404) throw unavailable('no usable answer', error);
      missing = status === 404;
    }
    // The client keeps no body, by which the registry's own answer differs from that of a proxy before it.
    const { code, body } = await call('GET', `/schemas/ids/${id}`);
    if (code === SCHEMA_NOT_FOUND) return 'unknown';
    if (typeof body['schema'] !== 'string') throw unavailable(`error code ${code}`);
    return missing ? 'unknown' : 'unusable';
  };

  return { writerType, call };
};
