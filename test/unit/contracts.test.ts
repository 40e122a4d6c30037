import { contracts, deadLetterTopic, topics } from '../../src/domain/contracts.ts';
import { INPUTS } from '../../src/domain/events.ts';

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
    for (const input of topics().filter(({ direction }) => direction === 'input')) {
      const deadLetters = topics().find(({ topic }) => topic === deadLetterTopic(input.topic));
      expect(limit(deadLetters?.configs ?? {})).toBeGreaterThanOrEqual(limit(input.configs) + 64 * 1024);
    }
  });

  it('dates what the system says to itself by the clock of the broker, and what others say by theirs', () => {
    const dated = topics().filter(({ configs }) => configs['message.timestamp.type'] === 'LogAppendTime');
    expect(dated.map(({ topic }) => topic)).toEqual(['profile-command', 'customer-link']);
  });

  it('keeps the last version of every customer, and recent ones readable', () => {
    const { configs = {} } = topics().find(({ topic }) => topic === 'customer-updated') ?? {};
    expect(configs).toMatchObject({ 'cleanup.policy': 'compact' });
    expect(Number((configs as Record<string, string>)['min.compaction.lag.ms'])).toBeGreaterThan(0);
  });
});
