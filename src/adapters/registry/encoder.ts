/** Events to bytes: the schema's id is learned once, at start. */
import type { Contract } from '../../domain/contracts.ts';
import type { CustomerUpdated } from '../../domain/generated/CustomerUpdated.ts';
import { ProfileError } from '../../errors.ts';
import type { EventEncoder } from '../../pipeline/ports.ts';
import type { RegistryClient } from './client.ts';
import { recordType, registerSchema, schemaId } from './schemas.ts';
import { createWriter } from './wire.ts';

/**
 * Resolves once the schema of `customer-updated` is registered under the contract's subject, by us if need be.
 * Throws SCHEMA_INCOMPATIBLE, REGISTRY_UNAVAILABLE. `encode` throws UNEXPECTED, naming fields and never values.
 */
export const createEncoder = async <Event extends object = CustomerUpdated>(
  client: RegistryClient,
  contract: Contract,
): Promise<EventEncoder<Event>> => {
  const id = (await schemaId(client, contract)) ?? (await registerSchema(client, contract));
  const type = recordType(contract.record);
  const write = createWriter(id, type);

  const invalidFields = (event: Event): string[] => {
    const paths: string[] = [];
    type.isValid(event, { errorHook: (path) => paths.push(path.join('.')) });
    return paths;
  };

  return {
    encode: (event) => {
      try {
        return write(event);
      } catch {
        // The library's own message quotes the value.
        const fields = invalidFields(event).join(', ');
        throw new ProfileError('UNEXPECTED', `${contract.record} does not fit its schema: ${fields}`);
      }
    },
  };
};
