import { randomUUID } from 'node:crypto';

/** Addresses of the servers that all tests of a run share. */
export interface TestServices {
  readonly kafkaBrokers: string[];
  readonly mongodbUri: string;
  readonly schemaRegistryUrl: string;
}

export const testServices = (): TestServices => ({
  kafkaBrokers: variable('TEST_KAFKA_BROKERS').split(','),
  mongodbUri: variable('TEST_MONGODB_URI'),
  schemaRegistryUrl: variable('TEST_SCHEMA_REGISTRY_URL'),
});

/** A name that no other test uses, fit for a topic prefix, a database, a consumer group or a subject. */
export const uniqueName = (prefix: string): string => `${prefix}-${randomUUID().slice(0, 8)}`;

function variable(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: run this test in the Jest project "integration"`);
  return value;
}
