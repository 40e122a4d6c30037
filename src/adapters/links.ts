/** Links with their topics, schemas and store. */
import type { Db } from 'mongodb';
import { contractOf } from '../domain/contracts.ts';
import { createLinkHash } from '../pipeline/links/hash.ts';
import type { Links } from '../pipeline/links/links.ts';
import { createLinkStore, prepareLinks } from './mongodb/links.ts';
import type { RegistryClient } from './registry/client.ts';
import { createEncoder } from './registry/encoder.ts';

export interface LinkSettings {
  readonly group: string;
  readonly topicPrefix: string;
  readonly partitions: number;
  /** None: nothing new is claimed. */
  readonly linkKeys: readonly string[];
  /** Under which erased customers are remembered. */
  readonly erasureKeys: readonly string[];
}

/** Registers the schemas and creates the indexes if need be. Throws as `createEncoder` does, and MONGODB_UNAVAILABLE. */
export const createLinks = async (
  registry: RegistryClient,
  db: Db,
  { group, topicPrefix, partitions, linkKeys, erasureKeys }: LinkSettings,
): Promise<Links> => {
  const links = contractOf('CustomerLink', topicPrefix);
  const commands = contractOf('ProfileCommand', topicPrefix);
  await prepareLinks(db);
  return {
    ...{ group, partitions },
    topic: links.topic,
    encoder: await createEncoder(registry, links),
    commandTopic: commands.topic,
    commandEncoder: await createEncoder(registry, commands),
    store: createLinkStore(db, erasureKeys),
    hash: linkKeys.length > 0 ? createLinkHash(linkKeys) : null,
  };
};
