/** For worlds in which nobody shares anything: nothing is claimed, and nothing may be asked. */
import type { Links } from '../../src/pipeline/links/links.ts';

const never = (): never => {
  throw new Error('nobody shares anything here');
};

export const noLinks: Links = {
  topic: 'customer-link',
  encoder: { encode: never },
  commandTopic: 'profile-command',
  commandEncoder: { encode: never },
  store: { save: never, members: never },
  hash: null,
  partitions: 1,
  group: 'nobody',
};
