/** Bytes to events. Schemas are learned ahead, once an id; decoding itself never waits and never throws for any bytes. */
import type avro from 'avsc';
import type { Contract, RecordName } from '../../domain/contracts.ts';
import type { InboundEvent } from '../../domain/events.ts';
import { isRefusal, refuse, type Refusal } from '../../domain/refusal.ts';
import { ProfileError } from '../../errors.ts';
import type { EventDecoder } from '../../pipeline/ports.ts';
import type { RegistryClient } from './client.ts';
import { createMeasure } from './measure.ts';
import { recordType } from './schemas.ts';
import { bodyOf, schemaIdOf } from './wire.ts';
import {
  createWriterSchemas,
  type WriterSchema,
  type WriterSchemas,
  type WriterSchemasOptions,
} from './writer-schemas.ts';

type Reader = (body: Buffer) => object;

const createReader = (reader: avro.Type, writer: avro.Type): Reader => {
  const measure = createMeasure(writer, reader);
  const resolver = reader.createResolver(writer);
  return (body) => {
    const prototypes = measure(body);
    return reader.fromBuffer(prototypes.length === 0 ? body : renamed(body, prototypes), resolver) as object;
  };
};

/** With `$_proto__` instead: a name that is kept, and allowed as little. */
const renamed = (body: Buffer, names: readonly number[]): Buffer => {
  const copy = Buffer.from(body);
  for (const at of names) copy.write('$', at);
  return copy;
};

/** Chooses the reader of a record by writer schema, building each once; a refusal when the writer wrote something else. */
const createReaders = (record: RecordName): ((writer: WriterSchema) => Reader | Refusal) => {
  const type = recordType(record);
  const readers = new WeakMap<avro.Type, Reader | Refusal>();

  const build = (writer: avro.Type): Reader | Refusal => {
    try {
      return createReader(type, writer);
    } catch {
      return refuse('wrong-schema', null, `The value's schema cannot be read as ${record}.`);
    }
  };

  return (writer) => {
    if (writer === 'foreign') return refuse('wrong-schema');
    let reader = readers.get(writer);
    if (!reader) readers.set(writer, (reader = build(writer)));
    return reader;
  };
};

/**
 * Decodes values into the shape of our own schema of the record, whatever compatible schema they were written with.
 * Throws SCHEMA_UNKNOWN when `schemas` has not learned the value's id.
 */
export const createRecordDecoder = (
  schemas: WriterSchemas,
  record: RecordName,
): ((value: Buffer | null) => object | Refusal) => {
  const readerFor = createReaders(record);
  return (value) => {
    if (value === null || value.length === 0) return refuse('empty-value');
    const id = schemaIdOf(value);
    if (id === null) return refuse('not-confluent-format');
    const writer = schemas.get(id);
    // Not learned, or forgotten meanwhile among too many others: no fault of the message.
    if (writer === undefined) throw new ProfileError('SCHEMA_UNKNOWN', `schema id ${id} has not been learned`);
    if (writer === 'unknown') return refuse('unknown-schema');
    const reader = readerFor(writer);
    if (typeof reader !== 'function') return reader;
    try {
      return reader(bodyOf(value));
    } catch {
      return refuse('undecodable');
    }
  };
};

/** Decodes values of one record, asking the registry for the schemas that they name. Throws as `EventDecoder.prepare` does. */
export const createValueDecoder = (
  client: RegistryClient,
  record: RecordName,
  options: WriterSchemasOptions,
): ((value: Buffer | null) => Promise<object | Refusal>) => {
  const schemas = createWriterSchemas(client, [record], options);
  const decode = createRecordDecoder(schemas, record);
  return async (value) => {
    await schemas.learn([value]);
    return decode(value);
  };
};

/** The decoder of every contract's topic. */
export const createDecoder = (
  client: RegistryClient,
  contracts: readonly Contract[],
  options: WriterSchemasOptions,
): EventDecoder => {
  const records = contracts.map(({ record }) => record);
  const schemas = createWriterSchemas(client, records, options);
  const byTopic = new Map(
    contracts.map(({ topic, record }) => [topic, { type: record, decode: createRecordDecoder(schemas, record) }]),
  );
  return {
    prepare: (values) => schemas.learn(values),
    decode: (topic, value) => {
      const carried = byTopic.get(topic);
      if (!carried) throw new TypeError(`no contract for the topic ${topic}`);
      const event = carried.decode(value);
      return isRefusal(event) ? event : ({ type: carried.type, event } as InboundEvent);
    },
  };
};
