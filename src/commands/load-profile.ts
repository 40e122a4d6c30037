import type { Config } from '../config.ts';
import { ProfileError } from '../errors.ts';
import type { ProfileDocument } from '../pipeline/document.ts';

/** Throws NOT_FOUND, MONGODB_UNAVAILABLE. */
export const loadProfile = async (
  mongodb: Config<'mongodb'>['mongodb'],
  customerId: string,
): Promise<ProfileDocument> => {
  const { connectMongo } = await import('../adapters/mongodb/client.ts');
  const { createProfileStore, loadDocument } = await import('../adapters/mongodb/profiles.ts');
  const connection = await connectMongo(mongodb);
  try {
    const document = await loadDocument(createProfileStore(connection.db), customerId);
    // A stub carries an epoch only: nothing was ever known of the customer.
    if (!document || document.version === 0)
      throw new ProfileError('NOT_FOUND', 'there is no profile of this customer');
    return document;
  } finally {
    await connection.close();
  }
};
