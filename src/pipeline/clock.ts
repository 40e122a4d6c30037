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
      if (signal?.aborted) {
        reject(new ProfileError('CLOSED', 'closed before waiting'));
        return;
      }
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', closed);
        resolve();
      }, ms);
      signal?.addEventListener('abort', closed, { once: true });
    }),
};
