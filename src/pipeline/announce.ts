/** The records that carry a version: to subscribers the new state, to each audience its view, and claims to whoever counts them. */
import { customerUpdated, eventIdOf } from '../domain/customer-updated.ts';
import type { AudienceView } from './audiences.ts';
import { cloudEventHeaders } from './cloud-events.ts';
import type { TaskContext } from './context.ts';
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

export const announce = (
  { encoder, outputTopic, audiences, links, group }: Outputs,
  partition: number,
  { document, tellings, claims }: Pick<CustomerPlan, 'document' | 'tellings' | 'claims'>,
): OutboundRecord[] => {
  if (document?.profile == null || document.pending === null) {
    throw new Error('only a document with a profile can be published');
  }
  const { _id: customerId, version, previousVersion, pending, profile } = document;
  const event = customerUpdated({ customerId, version, previousVersion, pending, profile });
  const { occurredAt } = event;
  const source = `/${group}`;
  const update = {
    topic: outputTopic,
    key: customerId,
    value: encoder.encode(event),
    headers: cloudEventHeaders('CustomerUpdated', event, source),
  };
  const heard = tellings.map(({ audience, as = customerId, previousVersion: heardBefore, view }): OutboundRecord => {
    const output = audiences.find(({ name }) => name === audience);
    if (output === undefined) throw new Error(`no output of the audience ${audience}`);
    const eventId = eventIdOf(as, version);
    const envelope = { eventId, customerId: as, version, previousVersion: heardBefore, occurredAt };
    return {
      topic: output.topic,
      key: as,
      value: view && output.encoder.encode({ ...envelope, ...view }),
      headers: cloudEventHeaders(output.record, envelope, source),
    };
  });
  return [update, ...heard, ...claimRecords(links, { customerId, partition, version, occurredAt }, claims)];
};
