/** A TCP proxy before one server that slows, holds, cuts and refuses what passes, when it is told to. */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { freePort } from '../../src/backing/ports.ts';
import { type Conditions, type Landing, landingOf, type Moment, type NetworkFault } from './conditions.ts';
import { type Connection, connectThrough } from './connection.ts';
import { type Match, PROTOCOLS, type ProtocolName } from './protocols.ts';
import { cut } from './pump.ts';

export type { Moment, NetworkFault } from './conditions.ts';

export interface ProxyOptions {
  /** The server, as `host:port`. It need not be there yet. */
  readonly target: string;
  /** What `resetAfter` is to understand. TLS and compressed requests of MongoDB are beyond it. */
  readonly protocol: ProtocolName;
  /** From 0 to below 1, for jitter. `Math.random` by default. */
  readonly random?: () => number;
}

export interface ProxyStats {
  /** Connections that were accepted since the start, refused ones not included. */
  readonly accepted: number;
  readonly bytesToServer: number;
  readonly bytesToClient: number;
}

/** Faults last until `heal`, may be combined, and count whom they hit. */
export interface FaultProxy {
  /** Where clients connect to, as `host:port`. */
  readonly address: string;
  readonly port: number;
  /** Open at the moment. */
  readonly connections: number;
  readonly stats: ProxyStats;
  /** Each direction takes `ms` longer, and up to `jitterMs` more by chance. The order of bytes stays. */
  latency(ms: number, jitterMs?: number): NetworkFault;
  /**
   * Nothing passes in either direction, not even the end of a connection; new connections are accepted. What was sent
   * meanwhile passes after `heal`, as after a partition of a network: also what its sender has given up.
   */
  blackHole(): NetworkFault;
  /** Resets all open connections, once. Those count that had traffic within the last second. */
  reset(): NetworkFault;
  /** Resets each new connection at once; open ones go on. */
  refuse(): NetworkFault;
  /**
   * The next request that matches reaches the server, and its client loses the connection instead of getting the reply:
   * the result is unknown to it. Once; `moment` is 'replied' by default.
   */
  resetAfter(match: Match, moment?: Moment): NetworkFault;
  /** Ends all faults. */
  heal(): void;
  /** Resets all connections and stops listening. */
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
const AT_WORK_MS = 1_000;

/** Starts a proxy on a free port of loopback. */
export async function startProxy({ target, protocol, random = Math.random }: ProxyOptions): Promise<FaultProxy> {
  const { hostname, port: serverPort } = new URL(`tcp://${target}`);
  const open = new Set<Connection>();
  const conditions: Conditions = { latency: undefined, blackHole: undefined, refusal: undefined, trap: undefined };
  const stats = { accepted: 0, bytesToServer: 0, bytesToClient: 0 };

  const listener = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    if (conditions.refusal !== undefined) {
      conditions.refusal.hit(client);
      client.on('error', () => undefined);
      cut(client);
      return;
    }
    stats.accepted += 1;
    const server = connect({ host: hostname, port: Number(serverPort), allowHalfOpen: true, noDelay: true });
    const connection = connectThrough(client, server, PROTOCOLS[protocol], conditions, (direction, count) => {
      stats[direction === 'toServer' ? 'bytesToServer' : 'bytesToClient'] += count;
    });
    open.add(connection);
    void connection.closed.then(() => open.delete(connection));
  });
  const port = await freePort();
  listener.listen(port, HOST);
  await once(listener, 'listening');

  function injected(fault: Landing): NetworkFault {
    for (const connection of open) connection.flow();
    return fault;
  }

  return {
    address: `${HOST}:${port}`,
    port,
    stats,
    get connections() {
      return open.size;
    },
    latency(ms, jitterMs = 0) {
      const fault = landingOf('latency');
      conditions.latency = { fault, delay: () => ms + random() * jitterMs };
      return injected(fault);
    },
    blackHole() {
      conditions.blackHole = landingOf('black hole');
      return injected(conditions.blackHole);
    },
    reset() {
      const fault = landingOf('reset');
      for (const connection of open) {
        if (performance.now() - connection.lastTrafficAt < AT_WORK_MS) fault.hit(connection);
        connection.reset();
      }
      return fault;
    },
    refuse() {
      conditions.refusal = landingOf('refusal');
      return conditions.refusal;
    },
    resetAfter(match, moment = 'replied') {
      const fault = landingOf('lost reply');
      conditions.trap = { fault, match, moment };
      return fault;
    },
    heal() {
      Object.assign(conditions, { latency: undefined, blackHole: undefined, refusal: undefined, trap: undefined });
      for (const connection of open) connection.flow();
    },
    async close() {
      const ended = new Promise<void>((resolve) => listener.close(() => resolve()));
      for (const connection of open) connection.reset();
      await ended;
    },
  };
}
