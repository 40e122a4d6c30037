/** The ways of reading that the matrix compares: the product's own, and plain Avro for readers that are not the product. */
import { createDecoder, createRecordDecoder } from '../../src/adapters/registry/decoder.ts';
import type { RegistryClient } from '../../src/adapters/registry/client.ts';
import { frame } from '../../src/adapters/registry/wire.ts';
import { createWriterSchemas } from '../../src/adapters/registry/writer-schemas.ts';
import { type Contract, contracts } from '../../src/domain/contracts.ts';
import { isRefusal } from '../../src/domain/refusal.ts';
import type { Reading } from './cells.ts';
import type { Generation } from './generations.ts';
import { typeOf } from './schema.ts';

/** A registry in which the schemas of the generations have their index as id. */
const registryOf = (generations: readonly Generation[]): RegistryClient => {
  const types = generations.map(({ schema }) => typeOf(schema));
  return {
    writerType: (id) => Promise.resolve(types[id] ?? 'unknown'),
    call: () => Promise.reject(new Error('not asked')),
  };
};

const framed = (generations: readonly Generation[], writer: Generation, body: Buffer): Buffer =>
  frame(generations.indexOf(writer), body);

const NO_BODY = Buffer.alloc(0);

/** As the pipeline reads an input topic, or a subscriber the output; the writers' schemas are learned ahead. */
export const productReading = async (
  { topic, record, direction }: Contract,
  generations: readonly Generation[],
): Promise<Reading> => {
  const client = registryOf(generations);
  const values = generations.map((writer) => framed(generations, writer, NO_BODY));
  let decode: (value: Buffer) => object;
  if (direction === 'input') {
    const decoder = createDecoder(client, contracts(), { unknownSchemaGraceMs: 0 });
    await decoder.prepare(values);
    decode = (value) => {
      const decoded = decoder.decode(topic, value);
      return isRefusal(decoded) ? decoded : decoded.event;
    };
  } else {
    const schemas = createWriterSchemas(client, [record], { unknownSchemaGraceMs: 0 });
    await schemas.learn(values);
    decode = createRecordDecoder(schemas, record);
  }
  return (writer, body) => {
    const event = decode(framed(generations, writer, body));
    if (isRefusal(event)) throw new Error(event.reason);
    return event;
  };
};

/** Avro and nothing else. */
export const avroReading = (reader: Generation): Reading => {
  const type = typeOf(reader.schema);
  const resolvers = new Map<Generation, ReturnType<typeof type.createResolver>>();
  return (writer, body) => {
    const resolver = resolvers.get(writer) ?? type.createResolver(typeOf(writer.schema));
    resolvers.set(writer, resolver);
    return type.fromBuffer(body, resolver) as unknown;
  };
};
