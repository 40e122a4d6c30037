/** The records that carry a version: to subscribers the new state, to each audience its view, and claims to whoever counts them. */
import { customerUpdated, eventIdOf } from '../domain/customer-updated.ts';
import type { AudienceView, Telling } from './audiences.ts';
import { cloudEventHeaders } from './cloud-events.ts';
import type { TaskContext } from './context.ts';
import type { Pending, ProfileDocument } from './document.ts';
import { claimRecords } from './links/links.ts';
import type { CustomerPlan } from './plan.ts';
import type { EventEncoder, OutboundRecord } from './ports.ts';

/** Where an audience hears of customers. */
export interface AudienceOutput extends AudienceView {
  /** Name of its Avro record. */
  readonly record: string;
  /** Prefix included. */
  readonly topic: string;
  readonly encoder: EventEncoder<object>;
}

export type Outputs = Pick<TaskContext, 'encoder' | 'outputTopic' | 'audiences' | 'links' | 'group'>;

/** What an unpublished erasure has to say comes first. */
export const announce = (
  outputs: Outputs,
  partition: number,
  { document, tellings, claims }: Pick<CustomerPlan, 'document' | 'tellings' | 'claims'>,
): OutboundRecord[] => {
  if (document === null || document.pending === null) {
    throw new Error('only a document that something changed can be published');
  }
  const { _id: customerId, version, pending } = document;
  const { occurredAt } = pending;
  return [
    ...tombstones(outputs, customerId, pending),
    ...update(outputs, document, pending),
    ...tellings.map((telling) => told(outputs, document, occurredAt, telling)),
    ...claimRecords(outputs.links, { customerId, partition, version, occurredAt }, claims),
  ];
};

const update = (
  { encoder, outputTopic, group }: Outputs,
  { _id: customerId, version, previousVersion, profile }: ProfileDocument,
  pending: Pending,
): OutboundRecord[] => {
  if (profile === null) return [];
  const event = customerUpdated({ customerId, version, previousVersion, pending, profile });
  const headers = cloudEventHeaders('CustomerUpdated', event, `/${group}`);
  return [{ topic: outputTopic, key: customerId, value: encoder.encode(event), headers }];
};

const told = (
  outputs: Outputs,
  { _id: customerId, version }: ProfileDocument,
  occurredAt: number,
  { audience, as = customerId, previousVersion, view }: Telling,
): OutboundRecord => {
  const { topic, record, encoder } = outputOf(outputs, audience);
  const envelope = { eventId: eventIdOf(as, version), customerId: as, version, previousVersion, occurredAt };
  const headers = cloudEventHeaders(record, envelope, `/${outputs.group}`);
  return { topic, key: as, value: view && encoder.encode({ ...envelope, ...view }), headers };
};

/** To all who read of customers, and to every audience by the name that it knows. */
const tombstones = (outputs: Outputs, customerId: string, { erased, occurredAt }: Pending): OutboundRecord[] => {
  if (erased === undefined) return [];
  const tombstone = (topic: string, record: string, key: string): OutboundRecord => {
    const said = { eventId: eventIdOf(key, erased.version), occurredAt };
    return { topic, key, value: null, headers: cloudEventHeaders(record, said, `/${outputs.group}`) };
  };
  return [
    tombstone(outputs.outputTopic, 'CustomerUpdated', customerId),
    ...erased.told.map(({ audience, as = customerId }) => {
      const { topic, record } = outputOf(outputs, audience);
      return tombstone(topic, record, as);
    }),
  ];
};

const outputOf = ({ audiences }: Outputs, audience: string): AudienceOutput => {
  const output = audiences.find(({ name }) => name === audience);
  if (output === undefined) throw new Error(`no output of the audience ${audience}`);
  return output;
};
