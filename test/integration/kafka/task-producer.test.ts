import { createKafka } from '../../../src/adapters/kafka/client.ts';
import { createGroupOffsets } from '../../../src/adapters/kafka/offsets.ts';
import { createTaskProducer } from '../../../src/adapters/kafka/producer.ts';
import { readTopic } from '../../../src/adapters/kafka/reader.ts';
import { createTopics } from '../../../src/adapters/kafka/topics.ts';
import type { OutboundRecord, TaskProducer } from '../../../src/pipeline/ports.ts';
import { testServices, uniqueName } from '../../helpers/services.ts';
import { until } from '../../helpers/until.ts';

const { kafkaBrokers } = testServices();
const kafka = createKafka({ brokers: kafkaBrokers }, 'test');

let topic: string;
let group: string;
let producer: TaskProducer;
beforeEach(async () => {
  topic = uniqueName('transactions');
  group = `${topic}-group`;
  await createTopics(kafka, [{ topic, partitions: 1, replicationFactor: 1, configs: {} }]);
  producer = createTaskProducer(createKafka({ brokers: kafkaBrokers }, 'producers'), { group, partition: 0 });
  await producer.fence();
});
afterEach(() => producer.close());

const committed = async (): Promise<number | undefined> => {
  const offsets = createGroupOffsets(kafka, { group, topics: [topic], onOutOfRange: () => undefined });
  try {
    return (await offsets.read(0))[topic];
  } finally {
    await offsets.close();
  }
};

const valuesIn = async (): Promise<number[]> => {
  const lengths: number[] = [];
  await readTopic(
    kafka,
    { topic, from: 'beginning', until: 'end' },
    ({ value }) => void lengths.push(value?.length ?? 0),
  );
  return lengths;
};

it('transactions that follow one another at once, offsets alone in them, do not fail', async () => {
  for (let offset = 1; offset <= 60; offset += 1) {
    const transaction = await producer.begin();
    await transaction.addOffsets({ [topic]: offset });
    await transaction.commit();
  }
  // Asked of the group itself: beyond the end of an empty topic, our own reading takes an offset for one that was lost.
  const admin = kafka.admin();
  await admin.connect();
  await until('the last offset is visible', async () => {
    const [fetched] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
    return fetched?.partitions[0]?.offset === '60';
  });
  await admin.disconnect();
});

it('a transaction larger than one request is published as a whole, in order', async () => {
  const sizes = [500_000, 499_999, 499_998, 499_997, 499_996];
  const records = sizes.map((size): OutboundRecord => ({
    topic,
    key: 'customer',
    value: Buffer.alloc(size),
    headers: {},
  }));
  const transaction = await producer.begin();
  await transaction.send(records);
  await transaction.addOffsets({ [topic]: 1 });
  await transaction.commit();
  await until('the transaction is visible', async () => (await valuesIn()).length === sizes.length);
  expect(await valuesIn()).toEqual(sizes);
  expect(await committed()).toBe(1);
});
