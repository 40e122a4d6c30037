/** For subscribers: from the bytes of an output topic to its typed event. */
import { createRegistryClient, type RegistryOptions } from './adapters/registry/client.ts';
import { createValueDecoder } from './adapters/registry/decoder.ts';
import type { RecordName } from './domain/contracts.ts';
import type { ChurnProfileUpdated } from './domain/generated/ChurnProfileUpdated.ts';
import type { CustomerUpdated } from './domain/generated/CustomerUpdated.ts';
import type { FraudProfileUpdated } from './domain/generated/FraudProfileUpdated.ts';
import type { MarketingProfileUpdated } from './domain/generated/MarketingProfileUpdated.ts';
import { isRefusal } from './domain/refusal.ts';
import { ProfileError } from './errors.ts';
import { versionOfTombstone } from './pipeline/cloud-events.ts';
import type { Headers } from './pipeline/ports.ts';

export interface SubscriberOptions {
  /** Address of the Confluent API of the schema registry, for example `http://registry:8081`. */
  readonly registryUrl: string;
  readonly username?: string;
  readonly password?: string;
  /** How long one question to the registry may take, in ms; 5000 by default. */
  readonly timeoutMs?: number;
}

/** Decodes the value of a message as the Kafka client delivers it; null is a tombstone. */
export type SubscriberDecoder<Event> = (value: Buffer | null) => Promise<Event | null>;
export type CustomerUpdatedDecoder = SubscriberDecoder<CustomerUpdated>;

const UNKNOWN_SCHEMA_GRACE_MS = 30_000;

/**
 * Schemas are asked for once an id. The decoder throws ProfileError: REGISTRY_UNAVAILABLE and SCHEMA_UNKNOWN are worth
 * retrying, UNDECODABLE is not.
 */
export const decoderOf =
  <Event>(record: RecordName) =>
  ({ registryUrl, ...rest }: SubscriberOptions): SubscriberDecoder<Event> => {
    const registry: RegistryOptions = { url: registryUrl, ...rest };
    const decode = createValueDecoder(createRegistryClient(registry), record, {
      unknownSchemaGraceMs: UNKNOWN_SCHEMA_GRACE_MS,
    });
    return async (value) => {
      if (value === null) return null;
      const event = await decode(value);
      if (isRefusal(event)) throw new ProfileError('UNDECODABLE', event.detail);
      return event as Event;
    };
  };

/** For `customer-updated`; null: the customer was erased. */
export const createCustomerUpdatedDecoder = decoderOf<CustomerUpdated>('CustomerUpdated');

/** For `customer-updated.marketing`; null: no consent to marketing is in force any more. */
export const createMarketingProfileDecoder = decoderOf<MarketingProfileUpdated>('MarketingProfileUpdated');

/** For `customer-updated.churn`; null: churn models may not see the customer any more. */
export const createChurnProfileDecoder = decoderOf<ChurnProfileUpdated>('ChurnProfileUpdated');

/** For `customer-updated.fraud`; null: fraud models may not see the customer any more. */
export const createFraudProfileDecoder = decoderOf<FraudProfileUpdated>('FraudProfileUpdated');

/**
 * Which version of the customer a message tells of; a tombstone says it in its headers only. `event`: what its value was
 * decoded to. Throws UNDECODABLE when a tombstone has lost its headers on the way.
 */
export const versionOf = (
  event: { readonly version: number } | null,
  { headers }: { readonly headers?: Headers | undefined },
): number => {
  const version = event?.version ?? versionOfTombstone(headers);
  if (version === null)
    throw new ProfileError('UNDECODABLE', 'A tombstone has no header ce_id that names its version.');
  return version;
};
