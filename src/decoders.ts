/** For subscribers: from the bytes of an output topic to its typed event. */
import { createRegistryClient, type RegistryOptions } from './adapters/registry/client.ts';
import { createRecordDecoder } from './adapters/registry/decoder.ts';
import { createWriterSchemas } from './adapters/registry/writer-schemas.ts';
import type { CustomerUpdated } from './domain/generated/CustomerUpdated.ts';
import { isRefusal } from './domain/refusal.ts';
import { ProfileError } from './errors.ts';

export interface SubscriberOptions {
  /** Address of the Confluent API of the schema registry, for example `http://registry:8081`. */
  readonly registryUrl: string;
  readonly username?: string;
  readonly password?: string;
  /** How long one question to the registry may take, in ms; 5000 by default. */
  readonly timeoutMs?: number;
}

/** The value of a message as the Kafka client delivers it. */
export type CustomerUpdatedDecoder = (value: Buffer | null) => Promise<CustomerUpdated | null>;

const UNKNOWN_SCHEMA_GRACE_MS = 30_000;

/**
 * Decodes the values of `customer-updated`; null is the tombstone of an erased customer. Schemas are asked for once an id.
 * The decoder throws ProfileError: REGISTRY_UNAVAILABLE and SCHEMA_UNKNOWN are worth retrying, UNDECODABLE is not.
 */
export const createCustomerUpdatedDecoder = (options: SubscriberOptions): CustomerUpdatedDecoder => {
  const { registryUrl, ...rest } = options;
  const registry: RegistryOptions = { url: registryUrl, ...rest };
  const schemas = createWriterSchemas(createRegistryClient(registry), ['CustomerUpdated'], {
    unknownSchemaGraceMs: UNKNOWN_SCHEMA_GRACE_MS,
  });
  const decode = createRecordDecoder(schemas, 'CustomerUpdated');

  return async (value) => {
    if (value === null) return null;
    await schemas.learn([value]);
    const event = decode(value);
    if (isRefusal(event)) throw new ProfileError('UNDECODABLE', event.detail);
    return event as CustomerUpdated;
  };
};
