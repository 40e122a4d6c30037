/** Cuts a stream of bytes into the messages of a protocol while they pass, keeping the first bytes of each. */

export interface Framing {
  /** So many first bytes of a message are kept. */
  readonly headBytes: number;
  /** Nothing shorter is a message. */
  readonly minBytes: number;
  /** The whole length of the message that begins like this, undefined while too little of it is there. */
  readonly lengthOf: (head: Buffer) => number | undefined;
}

/** Takes the next bytes and returns the heads of the messages that end in them. */
export type Framer = (chunk: Buffer) => Buffer[];

export function createFramer({ headBytes, minBytes, lengthOf }: Framing): Framer {
  let head: Buffer = Buffer.alloc(0);
  let seen = 0;
  let length: number | undefined;

  return (chunk) => {
    const ended: Buffer[] = [];
    let at = 0;
    while (at < chunk.length) {
      const taken = chunk.subarray(at, at + (length ?? headBytes) - seen);
      at += taken.length;
      seen += taken.length;
      if (head.length < headBytes) head = Buffer.concat([head, taken.subarray(0, headBytes - head.length)]);
      length ??= knownLength(head);
      if (length === undefined || seen < length) continue;
      // The head may have reached into the next message.
      at -= seen - length;
      ended.push(head.subarray(0, length));
      head = Buffer.alloc(0);
      seen = 0;
      length = undefined;
    }
    return ended;
  };

  /** What does not look like the protocol is one endless message: it passes, and matches nothing. */
  function knownLength(bytes: Buffer): number | undefined {
    const found = lengthOf(bytes);
    if (found === undefined) return bytes.length < headBytes ? undefined : Infinity;
    return found >= minBytes ? found : Infinity;
  }
}
