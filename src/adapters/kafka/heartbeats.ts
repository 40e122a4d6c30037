import { ProfileError } from '../../errors.ts';

/**
 * Calls `heartbeat` while a handler works, so that a long batch does not cost the membership. Gives up after `deadlineMs`:
 * a handler that hangs must not keep its partitions for ever. Returns what stops it.
 */
export const keepAlive = (heartbeat: () => Promise<void>, intervalMs: number, deadlineMs: number): (() => void) => {
  const timer = setInterval(() => void heartbeat().catch(() => undefined), intervalMs);
  const deadline = setTimeout(() => clearInterval(timer), deadlineMs);
  return () => {
    clearInterval(timer);
    clearTimeout(deadline);
  };
};

/** The first acknowledgement after a call may answer a heartbeat sent long before it, by a process that was paused since. */
const ACKNOWLEDGEMENTS = 2;

interface Waiter {
  missing: number;
  readonly confirm: () => void;
}

/** Those who wait for the group's word that this member is still one. */
export class HeartbeatWaiters {
  readonly #waiters = new Set<Waiter>();

  acknowledged(): void {
    for (const waiter of this.#waiters) {
      waiter.missing -= 1;
      if (waiter.missing === 0) waiter.confirm();
    }
  }

  /** Resolves after an acknowledged heartbeat that was sent after this call; rejects with CLOSED on abort. */
  confirmed(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = (): void => {
        this.#waiters.delete(waiter);
        signal.removeEventListener('abort', abort);
      };
      const abort = (): void => {
        done();
        reject(new ProfileError('CLOSED', 'the task was closed before the group confirmed it'));
      };
      const confirm = (): void => {
        done();
        resolve();
      };
      const waiter = { missing: ACKNOWLEDGEMENTS, confirm };
      if (signal.aborted) {
        abort();
        return;
      }
      this.#waiters.add(waiter);
      signal.addEventListener('abort', abort, { once: true });
    });
  }
}
