import { brokerAnswers } from '../../src/backing/kafka.ts';
import { primaryAnswers } from '../../src/backing/mongodb.ts';
import { registryAnswers } from '../../src/backing/registry.ts';
import { testServices } from '../helpers/services.ts';

describe('the servers of a test run', () => {
  it('all answer', async () => {
    const { kafkaBrokers, mongodbUri, schemaRegistryUrl } = testServices();
    await brokerAnswers(kafkaBrokers[0] ?? '');
    await primaryAnswers(new URL(mongodbUri).host);
    await registryAnswers(schemaRegistryUrl);
  });

  it('are not used with the retry defaults that kafkajs keeps for its own tests', () => {
    expect(process.env['NODE_ENV']).not.toBe('test');
  });
});
