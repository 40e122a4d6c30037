import { type AudienceName, AUDIENCES, type AudienceKeys } from '../../domain/audiences/index.ts';
import { contractOf } from '../../domain/contracts.ts';
import type { AudienceOutput } from '../../pipeline/announce.ts';
import { underKey } from '../../pipeline/pseudonyms.ts';
import type { RegistryClient } from './client.ts';
import { createEncoder } from './encoder.ts';

/**
 * Every audience with its topic and its schema, which is registered if need be; muted unless `told` names it: a version
 * that has told a muted one something may still have to be published. Throws as `createEncoder` does.
 */
export const createAudienceOutputs = (
  registry: RegistryClient,
  prefix: string,
  told: readonly AudienceName[],
  keys: AudienceKeys = {},
): Promise<AudienceOutput[]> =>
  Promise.all(
    AUDIENCES.map(async (audience) => {
      const { name, record } = audience;
      const contract = contractOf(record, prefix);
      const encoder = await createEncoder<object>(registry, contract);
      const view = underKey(audience, keys[name]);
      return { ...view, record, muted: !told.includes(name), topic: contract.topic, encoder };
    }),
  );
