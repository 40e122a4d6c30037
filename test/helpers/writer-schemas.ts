/** Schemas of writers ahead of us. */
import { randomUUID } from 'node:crypto';
import type avro from 'avsc';
import type { RegistryClient } from '../../src/adapters/registry/client.ts';

/** With one field more than `type`, unlike any other, which takes no byte: values of `type` are values of it. */
export const newerWriter = (type: avro.Type): object => {
  const schema = type.schema() as { readonly fields: readonly object[] };
  const field = { name: `later_${randomUUID().replaceAll('-', '')}`, type: 'null', default: null };
  return { ...schema, fields: [...schema.fields, field] };
};

/** Registers a schema and resolves to its id. */
export const registerAnew = async (registry: RegistryClient, subject: string, schema: object): Promise<number> => {
  const { body } = await registry.call('POST', `/subjects/${subject}/versions`, { schema: JSON.stringify(schema) });
  if (typeof body['id'] !== 'number') throw new Error(`the registry refused a schema: ${JSON.stringify(body)}`);
  return body['id'];
};
