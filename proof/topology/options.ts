/** What the topologies have in common: how they are asked for, and what clients need to know of them. */
import type { BackingServices, StartOptions } from '../../src/backing/index.ts';

/** Of the servers as clients see them; the same names as `startBackingServices` has. */
export type Addresses = Pick<BackingServices, 'kafkaBrokers' | 'mongodbUri' | 'schemaRegistryUrl'>;

/** Whose defaults are `process.env` and silence. */
export type TopologyOptions = Pick<StartOptions, 'environment' | 'onProgress'>;

export const surroundings = ({ environment = process.env, onProgress = () => undefined }: TopologyOptions) => ({
  environment,
  onProgress,
});
