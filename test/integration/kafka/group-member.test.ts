import { setTimeout as pause } from 'node:timers/promises';
import { withAdmin } from '../../../src/adapters/kafka/admin.ts';
import { createKafka } from '../../../src/adapters/kafka/client.ts';
import { GroupMember } from '../../../src/adapters/kafka/group-member.ts';
import { createTopics } from '../../../src/adapters/kafka/topics.ts';
import { testServices, uniqueName } from '../../helpers/services.ts';

const SESSION_TIMEOUT_MS = 6_000;

/** When each of the members is stopped, ms after its start: while it connects, subscribes or joins. */
const DELAYS = [0, 0, 1, 1, 2, 3, 4, 5];

it('a member that is stopped while it connects does not come back', async () => {
  const kafka = createKafka({ brokers: testServices().kafkaBrokers }, 'group-member');
  const topic = uniqueName('stopped-early');
  await createTopics(kafka, [{ topic, partitions: 2, replicationFactor: 1, configs: {} }]);
  const groups = DELAYS.map((delay, index) => ({ delay, group: `${topic}-${index}` }));
  for (const { delay, group } of groups) {
    const member = new GroupMember(
      createKafka({ brokers: testServices().kafkaBrokers }, group),
      {
        ...{ group, topics: [topic], partitions: 2, sessionTimeoutMs: SESSION_TIMEOUT_MS },
        ...{ heartbeatIntervalMs: 250, fetchMaxBytesPerPartition: 131_072 },
      },
      { assigned: () => undefined, offer: () => Promise.resolve('taken') },
      () => undefined,
    );
    member.start();
    await pause(delay);
    await member.stop();
  }
  // One that only could not say goodbye is gone with its session; one that lives on is not.
  await pause(SESSION_TIMEOUT_MS + 3_000);

  const described = await withAdmin(kafka, 'looking at groups', (admin) =>
    admin.describeGroups(groups.map(({ group }) => group)),
  );
  expect(described.groups.flatMap(({ members }) => members)).toEqual([]);
});
