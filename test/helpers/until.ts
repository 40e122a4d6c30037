import { setTimeout as pause } from 'node:timers/promises';

/** Waits until `condition` holds; fails after `ms`, naming `what` did not happen. */
export const until = async (what: string, condition: () => boolean | Promise<boolean>, ms = 60_000): Promise<void> => {
  const deadline = performance.now() + ms;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`in ${ms} ms it did not happen that ${what}`);
    await pause(20);
  }
};
