/** A client's connection through the proxy, and the connection to the server that belongs to it. */
import type { Socket } from 'node:net';
import type { Conditions, Landing, Trap } from './conditions.ts';
import { createFramer } from './framing.ts';
import type { Protocol } from './protocols.ts';
import { createPump, cut } from './pump.ts';

export interface Connection {
  /** When bytes last went through, by `performance.now()`; -Infinity before the first. */
  readonly lastTrafficAt: number;
  /** Looks at the conditions again. */
  flow(): void;
  /** Resets both sides. */
  reset(): void;
  /** Resolves once both sides are closed. */
  readonly closed: Promise<void>;
}

export function connectThrough(
  client: Socket,
  server: Socket,
  protocol: Protocol,
  conditions: Conditions,
  onBytes: (direction: 'toServer' | 'toClient', count: number) => void,
): Connection {
  const requestsIn = createFramer(protocol.requests);
  const { replies } = protocol;
  const repliesIn = replies && createFramer(replies);
  let lastTrafficAt = -Infinity;
  /** The request whose reply is to be lost. */
  let trapped: { readonly trap: Trap; readonly requestId: number } | undefined;

  const onHit = (fault: Landing): void => fault.hit(connection);
  const toServer = createPump({ from: client, to: server, conditions, onHit, deliver: request });
  const toClient = createPump({ from: server, to: client, conditions, onHit, deliver: reply });

  function request(chunk: Buffer): boolean {
    passed('toServer', chunk);
    const goesOn = server.write(chunk);
    for (const head of requestsIn(chunk)) {
      const { trap } = conditions;
      if (trap?.match(head) !== true) continue;
      conditions.trap = undefined;
      trapped = { trap, requestId: protocol.requestId(head) };
      if (trap.moment === 'sent') lose(trap);
    }
    return goesOn;
  }

  function reply(chunk: Buffer): boolean {
    const answered = replies && repliesIn?.(chunk).map((head) => replies.requestId(head));
    if (trapped !== undefined && (answered?.includes(trapped.requestId) ?? true)) {
      lose(trapped.trap);
      cut(server);
    }
    if (client.destroyed) return true;
    passed('toClient', chunk);
    return client.write(chunk);
  }

  function lose({ fault }: Trap): void {
    onHit(fault);
    cut(client);
  }

  function passed(direction: 'toServer' | 'toClient', { length }: Buffer): void {
    lastTrafficAt = performance.now();
    onBytes(direction, length);
  }

  const closed = Promise.all([client, server].map((socket) => new Promise((done) => socket.once('close', done))));
  const connection: Connection = {
    get lastTrafficAt() {
      return lastTrafficAt;
    },
    flow: () => {
      toServer();
      toClient();
    },
    reset: () => {
      cut(client);
      cut(server);
    },
    closed: closed.then(() => undefined),
  };
  return connection;
}
