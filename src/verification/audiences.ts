/** What each audience was told: a chain under each name, whose last word is what follows from the document. */
import { type AudienceEvent, viewOf } from '../domain/audiences/audience.ts';
import { canonicalJson } from '../domain/canonical.ts';
import { type Customer, customerOf } from '../domain/derive.ts';
import type { ProfileRules } from '../domain/rules.ts';
import type { AudienceView } from '../pipeline/audiences.ts';
import { versionOfTombstone } from '../pipeline/cloud-events.ts';
import type { ProfileDocument } from '../pipeline/document.ts';
import type { InboundRecord } from '../pipeline/ports.ts';
import type { Findings } from './report.ts';

export interface AudienceSource extends AudienceView {
  readonly records: AsyncIterable<InboundRecord>;
  /** Null when the value is none of the audience. */
  readonly decode: (value: Buffer) => Promise<object | null>;
}

/** The last word to one audience about one customer. */
interface Heard {
  readonly partition: number;
  readonly version: number;
  /** Still encoded; null is a tombstone. */
  readonly value: Buffer | null;
  /** As it seems the customer goes by another name from then on, so that a chain under this one may begin anew. */
  isGivenUp: boolean;
}

/** What one audience was told last: by name, and by partition. */
interface HeardLast {
  readonly byName: Map<string, Heard>;
  readonly byPartition: Map<number, Heard>;
}

export interface AudienceCheck {
  /** Number of messages, tombstones included. */
  readonly told: number;
  /** Holds what all audiences were told against the document, which may be that of a customer without a profile. */
  check(document: ProfileDocument): Promise<void>;
  /** Nobody may be known by a name that no document has led to. */
  checkOthers(): void;
}

/** `rules`: those of the members. */
export const readAudiences = async (
  sources: readonly AudienceSource[],
  rules: ProfileRules,
  findings: Findings,
): Promise<AudienceCheck> => {
  const heard = new Map<string, Map<string, Heard>>();
  let told = 0;
  for (const source of sources) {
    const last: HeardLast = { byName: new Map(), byPartition: new Map() };
    heard.set(source.name, last.byName);
    for await (const record of source.records) {
      told += 1;
      await hear(source, record, last, findings);
    }
  }
  return {
    told,
    check: async (document) => {
      const isKnown = document.profile !== null && document.archive === undefined;
      const customer = isKnown ? customerOf(document.facts, rules) : null;
      for (const source of sources) {
        const as = document.audiences[source.name]?.as ?? document._id;
        const byName = heard.get(source.name);
        await checkLast(source, document, customer, { as, heard: byName?.get(as) }, findings);
        byName?.delete(as);
      }
    },
    checkOthers: () => {
      for (const [audience, others] of heard) {
        for (const { version, value } of others.values()) {
          if (value !== null) findings.add('audience-misplaced', null, `${audience}: version ${version} of nobody`);
        }
      }
    },
  };
};

const hear = async (
  { name, decode }: AudienceSource,
  { partition, offset, key, value, headers }: InboundRecord,
  { byName, byPartition }: HeardLast,
  findings: Findings,
): Promise<void> => {
  const place = `${name}, partition ${partition}, offset ${offset}`;
  const customer = String(key);
  const before = byName.get(customer);
  const event = value && ((await decode(value)) as AudienceEvent | null);
  if (value !== null && event === null) {
    findings.add('audience-unreadable', null, place);
    return;
  }
  const version = event?.version ?? versionOfTombstone(headers) ?? NaN;
  const misplaced = (event !== null && event.customerId !== customer) || (before?.partition ?? partition) !== partition;
  if (misplaced) findings.add('audience-misplaced', customer, place);
  const known = before?.version ?? 0;
  const isNext = (previous: number): boolean => previous === known || (previous === 0 && before?.isGivenUp === true);
  const isLink = version > known && (event === null ? known > 0 : isNext(event.previousVersion));
  if (!isLink) findings.add('audience-chain-broken', customer, `${place}: version ${version} after version ${known}`);
  const last = byPartition.get(partition);
  // One name ends and another begins in one breath.
  if (event?.previousVersion === 0 && last?.value === null && last.version === version) last.isGivenUp = true;
  const heard: Heard = { partition, version, value, isGivenUp: false };
  byName.set(customer, heard);
  byPartition.set(partition, heard);
};

const checkLast = async (
  { name, muted = false, view, nameOf, decode }: AudienceSource,
  { _id: customerId, audiences }: ProfileDocument,
  customer: Customer | null,
  { as, heard }: { readonly as: string; readonly heard: Heard | undefined },
  findings: Findings,
): Promise<void> => {
  const known = audiences[name]?.version ?? 0;
  if (known !== (heard?.version ?? 0)) {
    findings.add(
      'audience-differs',
      customerId,
      `${name}: told version ${heard?.version ?? 0}, the document says ${known}`,
    );
  }
  // Whoever is muted keeps what it was told, but for who is erased or archived.
  if (muted && customer !== null) return;
  const expected = customer && view(customer);
  if (expected !== null && as !== (nameOf?.(customerId) ?? customerId)) {
    findings.add('audience-differs', customerId, `${name}: told under a name that is given up`);
  }
  const event = heard?.value ? ((await decode(heard.value)) as AudienceEvent | null) : null;
  if (canonicalJson(event && viewOf(event)) !== canonicalJson(expected)) {
    findings.add('audience-differs', customerId, `${name}: the view of version ${heard?.version ?? 0}`);
  }
};
