import { MongoBulkWriteError, MongoServerError } from 'mongodb';
import { ProfileError } from '../../errors.ts';

export const DUPLICATE_KEY = 11000;

/** A bulk write was acknowledged by the majority, but for documents that are there already. */
export const isDuplicate = (error: unknown): boolean =>
  error instanceof MongoBulkWriteError &&
  [error.writeErrors].flat().length > 0 &&
  [error.writeErrors].flat().every(({ code }) => code === DUPLICATE_KEY) &&
  error.result.getWriteConcernError() === undefined;

/** A server's message may quote documents: only its name goes into ours. */
const nameOf = (error: unknown): string => {
  if (error instanceof MongoServerError) return error.codeName ?? `server error ${String(error.code)}`;
  return error instanceof Error ? error.name : 'unknown error';
};

const UNAUTHORIZED = 13;

/** Everything that is not a conflict is waited out. */
export const unavailable = (error: unknown): ProfileError => {
  if (error instanceof ProfileError) return error;
  if (error instanceof MongoServerError && error.code === UNAUTHORIZED) {
    return new ProfileError(
      'PERMISSION_MISSING',
      `MongoDB does not let us do what a member has to: customer-profile check names it`,
      { cause: error },
    );
  }
  return new ProfileError('MONGODB_UNAVAILABLE', `MongoDB does not answer as it should: ${nameOf(error)}`, {
    cause: error,
  });
};

/** Runs an operation and speaks of its failure in our words. */
export const guarded = async <T>(operation: () => Promise<T>): Promise<T> => {
  try {
    return await operation();
  } catch (error) {
    throw unavailable(error);
  }
};
