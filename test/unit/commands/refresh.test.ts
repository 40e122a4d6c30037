import { type Outcome, sendRefreshes } from '../../../src/commands/refresh-commands.ts';
import { progressLine } from '../../../src/commands/progress.ts';

const RATE = 500;
const PAGE = 100;

/** Sends so many pages; the first one takes `stallMs`. */
const sent = async (pages: number, stallMs: number, signal: AbortSignal) => {
  const outcome: Outcome = { sent: 0, last: undefined, isComplete: false };
  const eventIds: string[] = [];
  const startedAt = performance.now();
  let page = 0;
  await sendRefreshes(
    {
      ...{ topic: 'profile-command', reason: null, rate: RATE },
      encoder: {
        encode: ({ eventId }) => {
          eventIds.push(eventId);
          return Buffer.alloc(0);
        },
      },
      next: () => {
        page += 1;
        const ids = Array.from({ length: PAGE }, (_, index) => `c-${page}-${index}`);
        return Promise.resolve(page > pages ? { ids: [], last: undefined } : { ids, last: ids.at(-1) });
      },
      publish: () => new Promise((resolve) => setTimeout(resolve, page === 1 ? stallMs : 0)),
      progress: () => undefined,
    },
    outcome,
    signal,
  );
  return { outcome, eventIds, ms: performance.now() - startedAt };
};

describe('refreshes', () => {
  it('are sent no faster than asked, also after one that was slow', async () => {
    const { outcome, ms } = await sent(3, 600, new AbortController().signal);
    expect(outcome).toEqual({ sent: 300, last: 'c-3-99', isComplete: true });
    expect(ms).toBeGreaterThan(600 + (2 * PAGE * 1_000) / RATE - 20);
  });

  it('have ids of their own that fit, however long a customer is called', async () => {
    const { eventIds } = await sent(2, 0, new AbortController().signal);
    expect(new Set(eventIds).size).toBe(2 * PAGE);
    expect(Math.max(...eventIds.map(({ length }) => length))).toBeLessThan(100);
  });

  it('stop on a signal, and know where', async () => {
    const signal = AbortSignal.timeout(50);
    expect((await sent(9, 0, signal)).outcome).toEqual({ sent: PAGE, last: 'c-1-99', isComplete: false });
  });
});

it('progress is told with what is left', () => {
  expect(progressLine(0, 400, 0)).toBe(`[${'.'.repeat(30)}] 0 of 400`);
  expect(progressLine(100, 400, 60)).toBe(`[${'#'.repeat(8)}${'.'.repeat(22)}] 100 of 400, 3 min left`);
  expect(progressLine(400, 400, 240)).toBe(`[${'#'.repeat(30)}] 400 of 400`);
});
