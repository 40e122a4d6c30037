/** Who goes on next: every call under way and everything else that may happen, moved one at a time in a seeded order. */
import type { Random } from '../../src/traffic/random.ts';
import { Call, type Caller, type Fate, type Mover, type Request, type Server } from './call.ts';

/** Everything that has happened, one line a step; null costs nothing. */
export type Trace = string[] | null;

/** How often a draw may be refused by weight before whatever was drawn moves. */
const DRAWS = 12;
/** How often an answer reaches its caller in the very step in which the server has it. */
const PROMPT = 0.7;

export class Scheduler {
  readonly random: Random;
  readonly trace: Trace;
  step = 0;
  readonly #movers: Mover[] = [];
  readonly #calls: Call[] = [];
  readonly #ready: Mover[] = [];

  constructor(random: Random, trace: Trace) {
    this.random = random;
    this.trace = trace;
  }

  note(who: string, what: string, detail = ''): void {
    this.trace?.push(`${String(this.step).padStart(4)}  ${who.padEnd(6)} ${what}${detail === '' ? '' : `  ${detail}`}`);
  }

  add(mover: Mover): void {
    this.#movers.push(mover);
  }

  /** A dead caller asks nothing, and waits for ever. */
  call<T>(caller: Caller, request: Request<T>, fate: Fate = {}): Promise<T> {
    if (caller.state === 'dead') return new Promise(() => undefined);
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const settle = (error: Error | null): void => {
      if (error !== null) reject(error);
      else {
        try {
          resolve(request.answer());
        } catch (refused) {
          reject(refused);
        }
      }
    };
    this.#calls.push(new Call(this, caller, request, settle, fate));
    return promise;
  }

  /** Lets one thing happen; false when nothing can, now or later. */
  next(): boolean {
    this.step += 1;
    if (!this.#findReady() && !this.#skipAhead()) return false;
    let chosen: Mover | undefined;
    for (let draw = 0; draw < DRAWS; draw += 1) {
      chosen = this.#ready[this.random.int(0, this.#ready.length - 1)];
      const weight = chosen?.weight() ?? 1;
      if (weight >= 1 || this.random.chance(weight)) break;
    }
    chosen?.move();
    return true;
  }

  #findReady(): boolean {
    const ready = this.#ready;
    const calls = this.#calls;
    ready.length = 0;
    for (const mover of this.#movers) if (mover.notBefore <= this.step && mover.ready()) ready.push(mover);
    let kept = 0;
    for (const call of calls) {
      if (call.done || call.request.cancelled?.()) continue;
      calls[kept] = call;
      kept += 1;
      if (call.notBefore <= this.step && call.ready()) ready.push(call);
    }
    calls.length = kept;
    return ready.length > 0;
  }

  /** Nothing can happen now: time passes until something can. */
  #skipAhead(): boolean {
    const later = [...this.#movers, ...this.#calls].filter((mover) => mover.notBefore > this.step && mover.ready());
    if (later.length === 0) return false;
    this.step = Math.min(...later.map(({ notBefore }) => notBefore));
    return this.#findReady();
  }

  /** Calls under way, those of nobody included. */
  underWay(which: (call: Call) => boolean): boolean {
    return this.#calls.some((call) => !call.done && which(call));
  }

  /** The caller dies: what has not arrived yet may still do so, much later, or never. */
  abandon(caller: Caller): void {
    for (const call of this.#calls) if (call.caller === caller) call.abandon();
  }

  /** Everything under way at a server ends without an answer, and what has not arrived never does. */
  disconnect(server: Server): number {
    const broken = this.#calls.filter((call) => call.request.server === server && call.disconnect());
    return broken.length;
  }

  /** A step at which something that is to come late comes. */
  later(): number {
    return this.step + this.random.int(5, this.random.pick([40, 150]));
  }

  prompt(): boolean {
    return this.random.chance(PROMPT);
  }
}

/** Everybody acts on what has just happened, until all wait again. A tick comes after every promise that is due. */
export const settled = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));
