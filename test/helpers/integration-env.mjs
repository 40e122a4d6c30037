import { jest } from '@jest/globals';

// kafkajs takes other retry defaults when it finds 'test' here, which Jest sets.
process.env.NODE_ENV = 'development';
jest.setTimeout(60_000);
