/** Every way this software can fail. `retriable`: the same call may succeed later without anybody changing anything. */
export const ERROR_CODES = {
  CONFIG_INVALID: { retriable: false },
  USAGE: { retriable: false },
  NOT_FOUND: { retriable: false },
  BACKING_SERVICE: { retriable: false },
  TOPIC_MISSING: { retriable: false },
  TOPIC_MISMATCH: { retriable: false },
  SCHEMA_INCOMPATIBLE: { retriable: false },
  /** A value that a subscriber cannot decode, now or later. */
  UNDECODABLE: { retriable: false },
  GROUP_MISMATCH: { retriable: false },
  /** Kafka or MongoDB does not let us do what a member has to. */
  PERMISSION_MISSING: { retriable: false },
  VERIFICATION_FAILED: { retriable: false },
  KAFKA_UNAVAILABLE: { retriable: true },
  MONGODB_UNAVAILABLE: { retriable: true },
  REGISTRY_UNAVAILABLE: { retriable: true },
  SCHEMA_UNKNOWN: { retriable: true },
  /** The broker or topic takes smaller messages than we must write: raise max.message.bytes. */
  MESSAGE_TOO_LARGE: { retriable: true },
  /** Another member took the task: a newer epoch, or the transactional producer was fenced. */
  FENCED: { retriable: true },
  /** A newer release has taken the task and may have written what this one would misread. */
  RELEASE_OUTDATED: { retriable: false },
  /** A compare-and-set found another version or a newer epoch: somebody is a zombie. */
  CONFLICT: { retriable: true },
  /** Records were fetched from beyond the position: an error swallowed earlier, or a log cut short, has moved the client. */
  POSITION_LOST: { retriable: true },
  /** An entry of the archive is gone, or not what was put in: bring it back from a backup. */
  ARCHIVE_DAMAGED: { retriable: true },
  /** Orders that were moved out of a document are gone, or not what was moved: bring them back from a backup. */
  HISTORY_DAMAGED: { retriable: true },
  CLOSED: { retriable: false },
  /** A defect of ours. It is retried like an outage, because losing input would be worse. */
  UNEXPECTED: { retriable: true },
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

/** The one error this software throws on purpose. Messages never carry personal data. */
export class ProfileError extends Error {
  override readonly name = 'ProfileError';
  readonly code: ErrorCode;
  readonly retriable: boolean;

  constructor(code: ErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.code = code;
    this.retriable = ERROR_CODES[code].retriable;
  }
}

export const isProfileError = (error: unknown, code?: ErrorCode): error is ProfileError =>
  error instanceof ProfileError && (code === undefined || error.code === code);
