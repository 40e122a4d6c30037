import { type ErrorCode, ProfileError } from '../../errors.ts';

const FENCED = new Set([
  'INVALID_PRODUCER_EPOCH',
  'PRODUCER_FENCED',
  'INVALID_PRODUCER_ID_MAPPING',
  'INVALID_TXN_STATE',
  'UNKNOWN_PRODUCER_ID',
]);

const TOO_LARGE = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE']);

/**
 * The protocol's name of an error, from the innermost cause that has one; otherwise the code of the connection, such as ECONNREFUSED or
 * CERT_HAS_EXPIRED; otherwise the class name.
 */
export const errorTypeOf = (error: unknown): string => {
  let [type, code, name]: (string | undefined)[] = [];
  for (let inner: unknown = error; inner instanceof Error; inner = inner.cause) {
    if ('type' in inner && typeof inner.type === 'string') type = inner.type;
    if ('code' in inner && typeof inner.code === 'string') code = inner.code;
    name ??= inner.name;
  }
  return type ?? code ?? name ?? 'unknown';
};

/** Of what `errorTypeOf` gives. */
export const codeOf = (type: string): ErrorCode => {
  if (FENCED.has(type)) return 'FENCED';
  if (type.endsWith('_AUTHORIZATION_FAILED')) return 'PERMISSION_MISSING';
  return TOO_LARGE.has(type) ? 'MESSAGE_TOO_LARGE' : 'KAFKA_UNAVAILABLE';
};

/** Client errors never leave this folder: some of their types end the consumer for good when it meets them. */
export const kafkaError = (error: unknown, doing: string): ProfileError => {
  if (error instanceof ProfileError) return error;
  const type = errorTypeOf(error);
  return new ProfileError(codeOf(type), `Kafka, while ${doing}: ${type}`, { cause: error });
};

export const guarded = async <T>(doing: string, operation: () => Promise<T>): Promise<T> => {
  try {
    return await operation();
  } catch (error) {
    throw kafkaError(error, doing);
  }
};
