/** What the fault proxy has to know of Kafka, MongoDB and HTTP: where a request ends, and which reply is its own. */
import type { Framing } from './framing.ts';

export interface Protocol {
  readonly requests: Framing;
  requestId(head: Buffer): number;
  /** Absent where a connection has one request under way at most: whatever comes back is its reply. */
  readonly replies?: Framing & { requestId(head: Buffer): number };
}

/** Tells by the first bytes of a request whether it is the one to fail. */
export type Match = (head: Buffer) => boolean;

const kafkaFraming: Framing = {
  headBytes: 64,
  minBytes: 12,
  lengthOf: (head) => (head.length < 4 ? undefined : 4 + head.readInt32BE(0)),
};

const mongodbFraming: Framing = {
  headBytes: 64,
  minBytes: 16,
  lengthOf: (head) => (head.length < 4 ? undefined : head.readInt32LE(0)),
};

const httpFraming: Framing = {
  headBytes: 16_384,
  minBytes: 1,
  lengthOf: (head) => {
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return undefined;
    const contentLength = /\r\ncontent-length: *(\d+)/i.exec(head.toString('latin1', 0, end))?.[1] ?? 0;
    return end + 4 + Number(contentLength);
  },
};

export const PROTOCOLS = {
  /** Length, api key, version and correlation id; a reply begins with length and correlation id. */
  kafka: {
    requests: kafkaFraming,
    requestId: (head) => head.readInt32BE(8),
    replies: { ...kafkaFraming, minBytes: 8, requestId: (head) => head.readInt32BE(4) },
  },
  /** Length, request id, id of the request that this replies to, and opcode, little-endian. */
  mongodb: {
    requests: mongodbFraming,
    requestId: (head) => head.readInt32LE(4),
    replies: { ...mongodbFraming, requestId: (head) => head.readInt32LE(8) },
  },
  http: { requests: httpFraming, requestId: () => 0 },
} as const satisfies Record<string, Protocol>;

export type ProtocolName = keyof typeof PROTOCOLS;

/** Api keys of Kafka's requests. */
export const KAFKA_API = { produce: 0, endTxn: 26 };

/** A request of Kafka with this api key. */
export const kafkaRequest =
  (apiKey: number): Match =>
  (head) =>
    head.readInt16BE(4) === apiKey;

const OP_MSG = 2013;
/** Behind 16 bytes of header: flags, the kind of the first section, the length of its document and a type. */
const COMMAND_NAME_AT = 16 + 4 + 1 + 4 + 1;

/** An OP_MSG of one of these commands, which is not compressed and begins with the command itself. */
export const mongodbCommand =
  (...names: readonly string[]): Match =>
  (head) => {
    if (head.length <= COMMAND_NAME_AT || head.readInt32LE(12) !== OP_MSG) return false;
    return names.includes(head.toString('latin1', COMMAND_NAME_AT, head.indexOf(0, COMMAND_NAME_AT)));
  };

/** The commands that write documents. */
export const mongodbWrite = mongodbCommand('insert', 'update', 'findAndModify');

/** A request by this method, or by any. */
export const httpRequest =
  (method = ''): Match =>
  (head) =>
    head.toString('latin1', 0, method.length) === method;
