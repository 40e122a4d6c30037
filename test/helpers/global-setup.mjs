import { startBackingServices } from '../../src/backing/index.ts';

/** Starts the servers once for the whole run; test/helpers/services.ts hands their addresses to the tests. */
export default async function setup() {
  const services = await startBackingServices({ onProgress: (message) => process.stderr.write(`${message}\n`) });
  globalThis.backingServices = services;
  process.env.TEST_KAFKA_BROKERS = services.kafkaBrokers.join(',');
  process.env.TEST_MONGODB_URI = services.mongodbUri;
  process.env.TEST_SCHEMA_REGISTRY_URL = services.schemaRegistryUrl;
}
