/** One direction of a proxied connection: bytes go through in order, late or held as the conditions say. */
import type { Socket } from 'node:net';
import type { Conditions, Landing } from './conditions.ts';

interface PumpOptions {
  readonly from: Socket;
  readonly to: Socket;
  readonly conditions: Conditions;
  /** Hands on what has passed; false asks to wait until `to` has drained. */
  readonly deliver: (chunk: Buffer) => boolean;
  /** Told of a fault that bytes have met. */
  readonly onHit: (fault: Landing) => void;
}

interface Passing {
  readonly what: Buffer | 'end' | 'reset';
  /** By `performance.now()`; counts while there is latency. */
  readonly due: number;
}

/** So much waits here; beyond, the sender is made to wait. */
const LIMIT_BYTES = 1024 * 1024;

/** Returns what is to be called when the conditions have changed. */
export function createPump({ from, to, conditions, deliver, onHit }: PumpOptions): () => void {
  const queue: Passing[] = [];
  let bytes = 0;
  let full = false;
  let timer: NodeJS.Timeout | undefined;

  from.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > LIMIT_BYTES) from.pause();
    if (conditions.latency !== undefined) onHit(conditions.latency.fault);
    enqueue(chunk);
  });
  from.on('end', () => enqueue('end'));
  from.on('error', () => enqueue('reset'));
  to.on('drain', () => {
    full = false;
    flow();
  });

  function enqueue(what: Passing['what']): void {
    queue.push({ what, due: performance.now() + (conditions.latency?.delay() ?? 0) });
    flow();
  }

  function flow(): void {
    clearTimeout(timer);
    if (conditions.blackHole !== undefined) {
      if (bytes > 0) onHit(conditions.blackHole);
      return;
    }
    for (let next = queue[0]; next !== undefined && !full; next = queue[0]) {
      const wait = conditions.latency === undefined ? 0 : next.due - performance.now();
      if (wait > 0) {
        timer = setTimeout(flow, wait);
        break;
      }
      queue.shift();
      pass(next.what);
    }
    if (bytes <= LIMIT_BYTES) from.resume();
  }

  function pass(what: Passing['what']): void {
    if (what === 'reset') cut(to);
    else if (what === 'end') to.end();
    else {
      bytes -= what.length;
      full = !deliver(what);
    }
  }

  return flow;
}

/** RST: the other side learns at once, and loses what it has not read yet. */
export function cut(socket: Socket): void {
  if (!socket.destroyed) socket.resetAndDestroy();
}
