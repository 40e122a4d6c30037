import { type Config, loadConfig } from '../config.ts';
import type { Chunk } from '../domain/past/chunk.ts';
import { ProfileError } from '../errors.ts';
import { isErasedStub, type ProfileDocument } from '../pipeline/document.ts';

type MongoConfig = Config<'mongodb'>['mongodb'];

/** `moved`: orders that have been moved out of the document; reading them throws CONFIG_INVALID without the key. */
type Use<T> = (document: ProfileDocument, moved: AsyncIterable<Chunk>) => Promise<T>;

/** Also of who lies in the archive, where the environment has the key. Throws NOT_FOUND, MONGODB_UNAVAILABLE. */
export const withProfile = async <T>(mongodb: MongoConfig, customerId: string, use: Use<T>): Promise<T> => {
  const { connectMongo } = await import('../adapters/mongodb/client.ts');
  const { createHistory } = await import('../adapters/mongodb/history.ts');
  const { createProfileStore, loadDocument } = await import('../adapters/mongodb/profiles.ts');
  const connection = await connectMongo(mongodb);
  const keys = keysIn(process.env);
  const moved = async function* ({ facts: { past } }: ProfileDocument): AsyncGenerator<Chunk> {
    if (past === undefined) return;
    if (keys.length === 0) throw new ProfileError('CONFIG_INVALID', KEY_MISSING);
    yield* createHistory(connection.db, keys).read(customerId, past);
  };
  try {
    const document = await loadDocument(createProfileStore(connection.db, keys), customerId);
    // A stub carries an epoch only: nothing was ever known of the customer.
    if (!document || document.version === 0)
      throw new ProfileError('NOT_FOUND', 'there is no profile of this customer');
    if (isErasedStub(document)) throw new ProfileError('NOT_FOUND', 'this customer was erased');
    return await use(document, moved(document));
  } finally {
    await connection.close();
  }
};

export const loadProfile = (mongodb: MongoConfig, customerId: string): Promise<ProfileDocument> =>
  withProfile(mongodb, customerId, (document) => Promise.resolve(document));

const KEY_MISSING =
  'ERASURE_KEY is required: older orders of this customer have moved to the history, which is sealed with it';

/** Without the key nobody can tell whose stubs there are: then only profiles are found. */
const keysIn = (env: Readonly<Record<string, string | undefined>>): readonly string[] =>
  env['ERASURE_KEY'] || env['ERASURE_KEY_FILE'] ? loadConfig(env, ['erasure']).erasure.keys : [];
