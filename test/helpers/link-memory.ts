/** The collection `links` without a server. */
import { createLinkNames } from '../../src/adapters/mongodb/links.ts';
import type { LinkStore } from '../../src/pipeline/ports.ts';
import type { StoredLink } from '../../src/verification/links.ts';

export interface Kept extends StoredLink {
  readonly since?: number;
}

export const createLinkMemory = (): LinkStore & { stored(): Kept[] } => {
  const nameOf = createLinkNames(['the key of who was erased']);
  const kept = new Map<string, Kept>();
  return {
    save: (statements) => {
      for (const { offset, said } of statements) {
        const { link, customerId, partition, version, linked } = said;
        const _id = nameOf(link, customerId);
        if ((kept.get(_id)?.version ?? -1) >= version) continue;
        kept.set(_id, { _id, version, ...(linked ? { link, since: offset, customerId, partition } : {}) });
      }
      return Promise.resolve();
    },
    members: (links, most) => {
      const members = Map.groupBy(kept.values(), ({ link }) => link);
      const longest = (link: string) =>
        (members.get(link) ?? [])
          .toSorted((a, b) => (a.since ?? 0) - (b.since ?? 0))
          .slice(0, most)
          .map(({ customerId = '', partition = 0, since = 0 }) => ({ customerId, partition, since }));
      return Promise.resolve(new Map(links.map((link) => [link, longest(link)])));
    },
    stored: () => [...kept.values()],
  };
};
