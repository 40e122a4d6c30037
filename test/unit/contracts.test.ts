import { contracts, deadLetterTopic, routesOf, topics } from '../../src/domain/contracts.ts';
import { INPUTS, UPSTREAM_TOPICS } from '../../src/domain/events.ts';

const limit = (configs: Readonly<Record<string, string>>): number => Number(configs['max.message.bytes']);

describe('the declaration of topics', () => {
  it('puts the prefix before every topic and subject', () => {
    expect(topics('prod.').every(({ topic }) => topic.startsWith('prod.'))).toBe(true);
    expect(contracts('prod.').map(({ subject }) => subject)).toContain('prod.customer-updated-value');
  });

  it('has an input topic for every input event of the domain, and for what tasks say to each other', () => {
    const carried = contracts().flatMap(({ direction, record }) => (direction === 'input' ? [record] : []));
    expect(carried.sort()).toEqual(['CustomerLink', ...INPUTS.map(({ type }) => type)].sort());
  });

  it('lets a refused message of the largest size fit with its headers', () => {
    const all = topics('', UPSTREAM_TOPICS);
    for (const input of all.filter(({ direction }) => direction === 'input')) {
      expect(input.copiedTo).toContain(deadLetterTopic(input.topic));
      for (const copy of all.filter(({ topic }) => input.copiedTo.includes(topic))) {
        expect(limit(copy.configs)).toBeGreaterThanOrEqual(limit(input.configs) + 64 * 1024);
      }
    }
  });

  it('has for a rekeyed input a topic by customer as well, with dead letters, and nothing for the others', () => {
    const more = topics('p.', ['order-finalized']).filter(
      ({ topic }) => !topics('p.').some((each) => each.topic === topic),
    );
    expect(more.map(({ topic }) => topic)).toEqual([
      'p.order-finalized.by-customer',
      'p.order-finalized.by-customer.dlq',
    ]);
    const routes = routesOf(contracts('p.', ['order-finalized']));
    expect([...routes]).toEqual([['p.order-finalized', 'p.order-finalized.by-customer']]);
  });

  it('dates what the system says to itself by the clock of the broker, and what others say by theirs', () => {
    const dated = topics('', ['contract-signed']).filter(
      ({ configs }) => configs['message.timestamp.type'] === 'LogAppendTime',
    );
    expect(dated.map(({ topic }) => topic)).toEqual([
      'contract-signed.by-customer',
      'profile-command',
      'customer-link',
    ]);
  });

  it('keeps the last version of every customer, and recent ones readable', () => {
    const { configs = {} } = topics().find(({ topic }) => topic === 'customer-updated') ?? {};
    expect(configs).toMatchObject({ 'cleanup.policy': 'compact' });
    expect(Number((configs as Record<string, string>)['min.compaction.lag.ms'])).toBeGreaterThan(0);
  });
});
