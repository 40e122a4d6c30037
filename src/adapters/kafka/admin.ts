import type { Admin, Kafka } from 'kafkajs';
import { guarded } from './errors.ts';

/** Runs an operation with an admin client that is closed afterwards. Throws KAFKA_UNAVAILABLE. */
export const withAdmin = <T>(kafka: Kafka, doing: string, operation: (admin: Admin) => Promise<T>): Promise<T> =>
  guarded(doing, async () => {
    const admin = kafka.admin();
    try {
      await admin.connect();
      return await operation(admin);
    } finally {
      await admin.disconnect();
    }
  });
