/** Asks for the lag now and then: a scrape must not wait for a broker. */
import { isProfileError, type ProfileError } from '../errors.ts';
import type { Lag } from '../operations/lag.ts';

const EVERY_MS = 10_000;

/** `failed`: it cannot be told now, and is asked for again. */
export const watchLag = (
  processor: { lag(): Promise<readonly Lag[]> },
  tell: (lags: readonly Lag[]) => void,
  failed: (error: ProfileError) => void,
  everyMs = EVERY_MS,
): { stop(): void } => {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const look = async (): Promise<void> => {
    try {
      tell(await processor.lag());
    } catch (error) {
      if (!isProfileError(error)) throw error;
      failed(error);
    } finally {
      // The process may end while it waits.
      if (!stopped) timer = setTimeout(() => void look(), everyMs).unref();
    }
  };
  void look();
  return {
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
};
