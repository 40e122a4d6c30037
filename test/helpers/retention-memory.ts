/** The collections `decisions` and `archive` without a server. */
import { createEntryIds } from '../../src/adapters/mongodb/archive.ts';
import { leavesArchive } from '../../src/adapters/mongodb/profile-writes.ts';
import { canonicalJson } from '../../src/domain/canonical.ts';
import { emptyFacts } from '../../src/domain/facts.ts';
import { pseudonymised } from '../../src/domain/retention/archived.ts';
import type { ProfileDocument } from '../../src/pipeline/document.ts';
import { keyedHash } from '../../src/pipeline/keyed-hash.ts';
import type { CustomerPlan } from '../../src/pipeline/plan.ts';
import type { StoredEntry } from '../../src/verification/archive.ts';
import type { StoredDecision } from '../../src/verification/decisions.ts';

export const createRetentionMemory = (key: string) => {
  const decisions = new Map<string, StoredDecision & { readonly epoch: number; readonly offset: number }>();
  const entries = new Map<string, StoredEntry & { readonly customerId: string }>();
  const nameOf = (customerId: string): string => keyedHash(key, `erased:${customerId}`);
  return {
    save: ({ decisions: made, write }: CustomerPlan, epoch: number): void => {
      for (const { commandId: _id, customerId, orders, agreements, effect, ...decision } of made) {
        const known = decisions.get(_id);
        if (known !== undefined && (effect === 'done' || (effect !== 'changed' && known.offset !== decision.offset)))
          continue;
        if (effect === 'nobody') {
          decisions.delete(_id);
          continue;
        }
        const counts = { orders: orders.length, agreements: agreements.length };
        decisions.set(_id, { _id, ...decision, ...counts, customer: nameOf(customerId), epoch });
      }
      const entryIdOf = createEntryIds();
      for (const { facts, ...archived } of write?.archives ?? []) {
        const { customerId } = write ?? { customerId: '' };
        const customer = nameOf(customerId);
        const _id = entryIdOf(customer, archived, archived.scope);
        const content = () => ({ customerId, facts });
        const record = () => canonicalJson(pseudonymised(facts));
        const { version, scope, at, policy } = archived;
        entries.set(_id, {
          _id,
          customer,
          customerId,
          version,
          epoch: archived.epoch,
          scope,
          at,
          policy,
          content,
          record,
        });
      }
      for (const { customerId, below, all } of write === null ? [] : leavesArchive(write)) {
        for (const [id, entry] of entries) {
          const isMeant = entry.customerId === customerId && entry.version < below;
          if (isMeant && (all || entry.scope === 'customer')) entries.delete(id);
        }
      }
    },
    decisions: (): StoredDecision[] => [...decisions.values()],
    archive: (): StoredEntry[] => [...entries.values()],
    /** As it is stored. */
    stub: (document: ProfileDocument): ProfileDocument => {
      const { erased, cuts, retention } = document.facts;
      const isKept = cuts !== undefined && document.archive === undefined;
      const marks = { ...(erased && { erased }), ...(isKept && { cuts }), ...(retention && { retention }) };
      return { ...document, _id: nameOf(document._id), facts: { ...emptyFacts, ...marks } };
    },
  };
};
