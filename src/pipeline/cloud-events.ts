/** CloudEvents 1.0, binary content mode of the Kafka protocol binding: https://github.com/cloudevents/spec */
import type { Headers } from './ports.ts';

export interface CloudEvent {
  readonly id: string;
  readonly source: string | null;
  readonly type: string | null;
  readonly time: string | null;
}

/** Headers of what we publish. `record`: name of the Avro record, also of a tombstone in its place. */
export const cloudEventHeaders = (
  record: string,
  { eventId, occurredAt }: { readonly eventId: string; readonly occurredAt: number },
  source: string,
): Headers => ({
  ce_specversion: '1.0',
  ce_id: eventId,
  ce_source: source,
  ce_type: `customerprofile.${record}`,
  ce_time: new Date(occurredAt).toISOString(),
  'content-type': 'application/avro',
});

/** Which version of the customer a tombstone tells of: it has nothing but its headers. Null when they do not say. */
export const versionOfTombstone = (headers: Headers = {}): number | null => {
  const version = /:(\d+)$/.exec(readCloudEvent(headers)?.id ?? '')?.[1];
  return version === undefined ? null : Number(version);
};

/** What the headers of a received record say of it; null when it is not a CloudEvent. */
export const readCloudEvent = (headers: Headers): CloudEvent | null => {
  const text = (name: string): string | null => {
    const header = headers[name];
    const last = Array.isArray(header) ? header.at(-1) : header;
    return last?.toString() ?? null;
  };
  const id = text('ce_id');
  return id === null ? null : { id, source: text('ce_source'), type: text('ce_type'), time: text('ce_time') };
};
