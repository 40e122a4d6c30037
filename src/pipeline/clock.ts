import { ProfileError } from '../errors.ts';
import type { Clock } from './ports.ts';

export const systemClock: Clock = {
  now: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      const closed = (): void => {
        clearTimeout(timer);
        reject(new ProfileError('CLOSED', 'closed while waiting'));
      };
      if (signal?.aborted) return reject(new ProfileError('CLOSED', 'closed before waiting'));
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', closed);
        resolve();
      }, ms);
      signal?.addEventListener('abort', closed, { once: true });
    }),
};
