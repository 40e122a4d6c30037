/** One call on its way: a request that takes effect at a server, step by step, and an answer that its caller may never hear. */
import { type ErrorCode, ProfileError } from '../../src/errors.ts';
import type { Scheduler } from './scheduler.ts';

/** One thing that may happen next. */
export interface Mover {
  /** Not before this step. */
  readonly notBefore: number;
  /** How readily it moves once it is drawn, in (0, 1]. */
  weight(): number;
  ready(): boolean;
  move(): void;
}

/** A process that waits for answers: a paused one hears nothing until it goes on, a dead one nothing any more. */
export interface Caller {
  readonly name: string;
  readonly state: 'running' | 'paused' | 'dead';
}

export type Server = 'kafka' | 'mongodb' | 'registry' | 'group' | 'process';

const OUTAGES: Readonly<Record<Server, ErrorCode>> = {
  kafka: 'KAFKA_UNAVAILABLE',
  mongodb: 'MONGODB_UNAVAILABLE',
  registry: 'REGISTRY_UNAVAILABLE',
  group: 'KAFKA_UNAVAILABLE',
  process: 'UNEXPECTED',
};

/** A request, as the server works on it. */
export interface Request<T> {
  /** The same name as in the pipeline's ports: `profiles.save`. */
  readonly name: string;
  readonly server: Server;
  /** What it does at the server, one after the other; others may come in between. What one throws is the answer. */
  readonly effects: readonly (() => void)[];
  /** Whether the server may answer yet. */
  readonly acknowledged?: () => boolean;
  readonly answer: () => T;
  readonly weight?: () => number;
  readonly cancelled?: () => boolean;
  readonly detail?: string;
}

/** Makes a request, which may meet a fault. */
export type CallPort = <T>(caller: Caller, request: Request<T>) => Promise<T>;

/** What becomes of a call, other than that it is answered. */
export interface Fate {
  /** It arrives so late. */
  readonly notBefore?: number;
  /** Its caller hears of an outage: before anything arrived, or after the effects, or so many of them. */
  readonly outage?: 'at-once' | 'after-effects';
  readonly effects?: number;
}

export class Call implements Mover {
  readonly caller: Caller;
  readonly request: Omit<Request<unknown>, 'answer'>;
  notBefore: number;
  done = false;
  readonly #scheduler: Scheduler;
  #settle: ((error: Error | null) => void) | null;
  #effects: readonly (() => void)[];
  #next = 0;
  #error: Error | null = null;
  #outage: boolean;

  constructor(
    scheduler: Scheduler,
    caller: Caller,
    request: Omit<Request<unknown>, 'answer'>,
    settle: (error: Error | null) => void,
    { notBefore = 0, outage, effects = request.effects.length }: Fate,
  ) {
    this.#scheduler = scheduler;
    this.caller = caller;
    this.request = request;
    this.notBefore = notBefore;
    this.#effects = request.effects.slice(0, effects);
    this.#outage = outage === 'after-effects';
    this.#settle = settle;
    if (outage === 'at-once') {
      this.#settle = null;
      settle(outageOf(request));
    }
  }

  weight(): number {
    return this.request.weight?.() ?? 1;
  }

  ready(): boolean {
    if (this.done) return false;
    return this.#next < this.#effects.length || this.#answerable();
  }

  #answerable(): boolean {
    if (this.caller.state !== 'running') return false;
    return this.#error !== null || this.#outage || (this.request.acknowledged?.() ?? true);
  }

  move(): void {
    if (this.#next < this.#effects.length) {
      this.#arrive();
      if (this.#next < this.#effects.length) return;
      if (this.#settle === null) this.done = true;
      if (this.done || !this.#scheduler.prompt() || !this.#answerable()) return;
    }
    this.#answer();
  }

  #arrive(): void {
    const { name, detail, effects } = this.request;
    const effect = this.#effects[this.#next];
    this.#next += 1;
    const part = effects.length > 1 ? ` (${this.#next} of ${effects.length})` : '';
    const late = this.#settle === null ? ', late' : '';
    this.#scheduler.note(this.caller.name, `${name}${part} arrives${late}`, detail);
    try {
      effect?.();
    } catch (error) {
      this.#error = error as Error;
      this.#effects = [];
    }
  }

  #answer(): void {
    this.done = true;
    const error = this.#outage ? outageOf(this.request) : this.#error;
    const result = error === null ? 'answered' : error instanceof ProfileError ? error.code : error.message;
    this.#scheduler.note(this.caller.name, `${this.request.name} ${result}`);
    this.#settle?.(error);
  }

  abandon(): void {
    this.#settle = null;
    const { random } = this.#scheduler;
    if (this.#next >= this.#effects.length || random.chance(0.4)) this.done = true;
    else if (random.chance(0.5)) this.notBefore = this.#scheduler.later();
  }

  /** False where the answer is on its way already. */
  disconnect(): boolean {
    if (this.done) return false;
    if (this.#next >= this.#effects.length && (this.request.acknowledged?.() ?? true)) return false;
    this.#effects = [];
    this.#outage = true;
    if (this.#settle === null) this.done = true;
    return true;
  }
}

const outageOf = ({ name, server }: { name: string; server: Server }): ProfileError =>
  new ProfileError(OUTAGES[server], `${name}: no answer`);
