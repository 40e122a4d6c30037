/** What each audience was told: a chain of its own, whose last word is what follows from the document. */
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
}

export interface AudienceCheck {
  /** Number of messages, tombstones included. */
  readonly told: number;
  /** Holds what all audiences were told against the document, which may be that of a customer without a profile. */
  check(document: ProfileDocument): Promise<void>;
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
    const byCustomer = new Map<string, Heard>();
    heard.set(source.name, byCustomer);
    for await (const record of source.records) {
      told += 1;
      await hear(source, record, byCustomer, findings);
    }
  }
  return {
    told,
    check: async (document) => {
      const customer = document.profile && customerOf(document.facts, rules);
      for (const source of sources) {
        await checkLast(source, document, customer, heard.get(source.name)?.get(document._id), findings);
      }
    },
  };
};

const hear = async (
  { name, decode }: AudienceSource,
  { partition, offset, key, value, headers }: InboundRecord,
  byCustomer: Map<string, Heard>,
  findings: Findings,
): Promise<void> => {
  const place = `${name}, partition ${partition}, offset ${offset}`;
  const customerId = String(key);
  const before = byCustomer.get(customerId);
  const event = value && ((await decode(value)) as AudienceEvent | null);
  if (value !== null && event === null) {
    findings.add('audience-unreadable', null, place);
    return;
  }
  const version = event?.version ?? versionOfTombstone(headers) ?? NaN;
  const misplaced =
    (event !== null && event.customerId !== customerId) || (before?.partition ?? partition) !== partition;
  if (misplaced) findings.add('audience-misplaced', customerId, place);
  const known = before?.version ?? 0;
  const isLink = version > known && (event === null ? known > 0 : event.previousVersion === known);
  if (!isLink) findings.add('audience-chain-broken', customerId, `${place}: version ${version} after version ${known}`);
  byCustomer.set(customerId, { partition, version, value });
};

const checkLast = async (
  { name, view, decode }: AudienceSource,
  { _id: customerId, audiences }: ProfileDocument,
  customer: Customer | null,
  heard: Heard | undefined,
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
  const expected = customer && view(customer);
  const event = heard?.value ? ((await decode(heard.value)) as AudienceEvent | null) : null;
  if (canonicalJson(event && viewOf(event)) !== canonicalJson(expected)) {
    findings.add('audience-differs', customerId, `${name}: the view of version ${heard?.version ?? 0}`);
  }
};
