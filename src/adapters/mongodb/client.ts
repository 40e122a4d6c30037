import './shared-strings.ts';
import { type Db, MongoClient } from 'mongodb';
import { unavailable } from './errors.ts';

export interface MongoConnection {
  readonly db: Db;
  close(): Promise<void>;
}

export interface MongoSettings {
  readonly uri: string;
  readonly database: string;
}

/**
 * One client for everything. Rule 4: reads from the primary with read concern majority, writes with `w: majority` that the
 * driver never retries, because a retried compare-and-set cannot be told from a lost one. Throws MONGODB_UNAVAILABLE.
 */
export const connectMongo = async ({ uri, database }: MongoSettings): Promise<MongoConnection> => {
  const client = new MongoClient(uri, {
    appName: 'customer-profile',
    readPreference: 'primary',
    readConcern: { level: 'majority' },
    writeConcern: { w: 'majority' },
    retryWrites: false,
    // A task recovers in one way; a second try inside the driver would only keep an outage from those who watch.
    retryReads: false,
    // A server that hangs is an outage like one that is gone: the driver's watch over it ends the operations under way.
    heartbeatFrequencyMS: 2_000,
    serverSelectionTimeoutMS: 5_000,
    connectTimeoutMS: 5_000,
    socketTimeoutMS: 15_000,
    waitQueueTimeoutMS: 15_000,
    ignoreUndefined: true,
  });
  try {
    await client.connect();
  } catch (error) {
    await client.close();
    throw unavailable(error);
  }
  return { db: client.db(database), close: () => client.close() };
};
