/** Publishes one order of one customer, as an order service would: the first event of a new installation. */
import { randomUUID } from 'node:crypto';
import confluent from '@kafkajs/confluent-schema-registry';
import { Partitioners } from 'kafkajs';
import { kafka, registryUrl, topicPrefix } from './subscriber.ts';

const [customerId = 'c-1042'] = process.argv.slice(2);
const topic = `${topicPrefix}order-finalized`;

const registry = new confluent.SchemaRegistry({ host: registryUrl });
const schemaId = await registry.getLatestSchemaId(`${topic}-value`);
const orderId = `o-${randomUUID()}`;
const value = await registry.encode(schemaId, {
  eventId: randomUUID(),
  occurredAt: Date.now(),
  sourceSystem: 'publish-order',
  customerId,
  orderId,
  orderVersion: 1,
  state: 'completed',
  items: [{ itemId: '1', action: 'add', state: 'completed', productId: `p-${customerId}`, offeringName: 'Mobile L' }],
});

// The default partitioner of kafkajs is the one that is asked for: murmur2 of the key.
const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner, idempotent: true });
await producer.connect();
await producer.send({ topic, messages: [{ key: customerId, value }] });
await producer.disconnect();
console.log(`${orderId} of ${customerId} is in ${topic}`);
