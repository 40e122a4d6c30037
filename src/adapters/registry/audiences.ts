import { AUDIENCES } from '../../domain/audiences/index.ts';
import { contractOf } from '../../domain/contracts.ts';
import type { AudienceOutput } from '../../pipeline/announce.ts';
import type { RegistryClient } from './client.ts';
import { createEncoder } from './encoder.ts';

/** Every audience with its topic and its schema, which is registered if need be. Throws as `createEncoder` does. */
export const createAudienceOutputs = (registry: RegistryClient, prefix: string): Promise<AudienceOutput[]> =>
  Promise.all(
    AUDIENCES.map(async ({ name, record, view }) => {
      const contract = contractOf(record, prefix);
      return { name, record, view, topic: contract.topic, encoder: await createEncoder<object>(registry, contract) };
    }),
  );
