import { mongoChecks, refuseFailures, schemaChecks, topicChecks, type TopicState } from '../../src/commands/checks.ts';
import { planTopics } from '../../src/commands/topic-plan.ts';
import { topics } from '../../src/domain/contracts.ts';

const declared = topics('t.');
const asDeclared = (partitions = 3): TopicState[] =>
  declared.map(({ topic, configs }) => ({ topic, partitions, replicationFactor: 1, configs }));

const failures = (found: readonly TopicState[]) =>
  topicChecks(declared, found).filter(({ status }) => status === 'fail');

const changed = (topic: string, change: Partial<TopicState>): TopicState[] =>
  asDeclared().map((state) => (state.topic === topic ? { ...state, ...change } : state));

describe('the checks before a start', () => {
  it('pass when everything is as declared', () => {
    expect(topicChecks(declared, asDeclared())).toEqual([
      { area: 'topics', status: 'ok', what: `${declared.length} topics with 3 partitions each` },
    ]);
  });

  it('refuse a topic that is missing', () => {
    const [first, ...rest] = asDeclared();
    expect(failures(rest)).toMatchObject([{ code: 'TOPIC_MISSING', what: `${String(first?.topic)} does not exist` }]);
  });

  it('refuse unequal partition counts, also of an output or of dead letters', () => {
    for (const { topic } of declared) {
      expect(failures(changed(topic, { partitions: 4 }))).toMatchObject([{ code: 'TOPIC_MISMATCH' }]);
    }
  });

  it('refuse dead letters that take smaller messages than their input', () => {
    const small = changed('t.order-finalized.dlq', { configs: { 'max.message.bytes': '1000' } });
    expect(failures(small)).toMatchObject([{ code: 'TOPIC_MISMATCH' }]);
  });

  it('refuse a topic by customer that takes smaller messages than the input that is rekeyed', () => {
    const rekeyed = topics('t.', ['order-finalized']);
    const found = rekeyed.map(({ topic, configs }): TopicState => {
      const isSmall = topic.endsWith('.by-customer');
      const limits = isSmall ? { ...configs, 'max.message.bytes': '1000' } : configs;
      return { topic, partitions: 3, replicationFactor: 1, configs: limits };
    });
    expect(topicChecks(rekeyed, found).filter(({ status }) => status === 'fail')).toMatchObject([
      {
        code: 'TOPIC_MISMATCH',
        what: expect.stringContaining('t.order-finalized.by-customer takes smaller') as string,
      },
    ]);
  });

  it('warn of another configuration, which may be meant', () => {
    const [customerUpdated] = declared.filter(({ direction }) => direction === 'output');
    const configs = { ...customerUpdated?.configs, 'cleanup.policy': 'delete' };
    const checks = topicChecks(declared, changed('t.customer-updated', { configs }));
    expect(checks.filter(({ status }) => status !== 'ok')).toMatchObject([
      { status: 'warn', what: 't.customer-updated: cleanup.policy is delete, declared compact' },
    ]);
  });

  it('refuse an incompatible schema, and a MongoDB that takes no writes', () => {
    const schemas = schemaChecks([
      { subject: 'a', state: 'registered', reason: null },
      { subject: 'b', state: 'registrable', reason: null },
      { subject: 'c', state: 'incompatible', reason: 'field lost' },
    ]);
    expect(schemas.map(({ status }) => status)).toEqual(['ok', 'warn', 'fail']);
    expect(mongoChecks({ version: '5.0.1', writable: false }).map(({ status }) => status)).toEqual(['fail', 'warn']);
    expect(() => refuseFailures(mongoChecks({ version: '8.0.1', writable: true }))).not.toThrow();
    expect(() => refuseFailures(schemas)).toThrow('c refuses our schema: field lost');
  });
});

describe('the plan of topics', () => {
  it('creates everything on an empty cluster', () => {
    const plan = planTopics(declared, [], { partitions: 6, replicationFactor: 3 });
    expect(plan.create).toEqual(
      declared.map(({ topic, configs }) => ({ topic, configs, partitions: 6, replicationFactor: 3 })),
    );
  });

  it('follows the partition count of the topics that exist', () => {
    const plan = planTopics(declared, asDeclared(5).slice(1));
    expect(plan.create).toMatchObject([{ topic: declared[0]?.topic, partitions: 5, replicationFactor: -1 }]);
  });

  it('changes nothing the second time', () => {
    expect(planTopics(declared, asDeclared(), { partitions: 3 })).toMatchObject({ create: [], differing: [] });
  });

  it('refuses unequal partition counts and one that does not fit', () => {
    const mismatch = expect.objectContaining({ code: 'TOPIC_MISMATCH' }) as Error;
    expect(() => planTopics(declared, changed('t.contract-signed', { partitions: 4 }))).toThrow(mismatch);
    expect(() => planTopics(declared, asDeclared(3), { partitions: 4 })).toThrow(mismatch);
  });
});
