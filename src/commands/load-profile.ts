import { type Config, loadConfig } from '../config.ts';
import { ProfileError } from '../errors.ts';
import { isErasedStub, type ProfileDocument } from '../pipeline/document.ts';

/** Also of who lies in the archive, where the environment has the key. Throws NOT_FOUND, MONGODB_UNAVAILABLE. */
export const loadProfile = async (
  mongodb: Config<'mongodb'>['mongodb'],
  customerId: string,
): Promise<ProfileDocument> => {
  const { connectMongo } = await import('../adapters/mongodb/client.ts');
  const { createProfileStore, loadDocument } = await import('../adapters/mongodb/profiles.ts');
  const connection = await connectMongo(mongodb);
  try {
    const document = await loadDocument(createProfileStore(connection.db, keysIn(process.env)), customerId);
    // A stub carries an epoch only: nothing was ever known of the customer.
    if (!document || document.version === 0)
      throw new ProfileError('NOT_FOUND', 'there is no profile of this customer');
    if (isErasedStub(document)) throw new ProfileError('NOT_FOUND', 'this customer was erased');
    return document;
  } finally {
    await connection.close();
  }
};

/** Without the key nobody can tell whose stubs there are: then only profiles are found. */
const keysIn = (env: Readonly<Record<string, string | undefined>>): readonly string[] =>
  env['ERASURE_KEY'] || env['ERASURE_KEY_FILE'] ? loadConfig(env, ['erasure']).erasure.keys : [];
