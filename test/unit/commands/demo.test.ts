import { PassThrough } from 'node:stream';
import { picture, plainLine, type DemoState, type Paint } from '../../../src/commands/demo/picture.ts';
import { createScreen } from '../../../src/commands/demo/screen.ts';
import { storyLines } from '../../../src/commands/demo/story.ts';
import { surprises } from '../../../src/commands/demo/summary.ts';
import { createRate, createTally } from '../../../src/commands/demo/tally.ts';
import type { InputEvent } from '../../../src/domain/events.ts';
import { REFUSAL_REASONS } from '../../../src/domain/refusal.ts';
import type { VerificationReport } from '../../../src/verification/index.ts';
import { aBatch } from '../../helpers/batch-event.ts';
import { order } from '../../helpers/events.ts';
import { decodeUpdate, trafficWorld } from '../../helpers/traffic-world.ts';

const plain: Paint = (_, text) => text;

/** As much as there can be to show at a time. */
const crowded = (): DemoState => {
  const tally = createTally();
  const refused = Object.fromEntries(Object.keys(REFUSAL_REASONS).map((reason) => [reason, 123_456]));
  const count = 12_345_678;
  tally.observe(aBatch({ consumed: count, applied: count, unchanged: count, published: count, refused }));
  tally.observe({ type: 'recovery', partition: 0, cause: 'FENCED' });
  return {
    ...{ phase: 'a gentle stream, ctrl-C to stop', seconds: 99_999, events: 12_345_678, tally },
    ...{ rate: 12_345, lag: 12_345_678, profiles: 12_345_678 },
    readiness: {
      status: 'degraded',
      reasons: ['MONGODB_UNAVAILABLE', 'KAFKA_UNAVAILABLE', 'REGISTRY_UNAVAILABLE'],
      tasks: (['running', 'waiting', 'opening'] as const).map((state, partition) => ({ partition, state })),
    },
  };
};

const stream = (isTTY: boolean, columns: number) => {
  const written: string[] = [];
  const write = (text: string): boolean => written.push(text) > 0;
  return {
    written,
    stream: Object.assign(new PassThrough(), { isTTY, columns, write }) as unknown as NodeJS.WriteStream,
  };
};

describe('the picture of the demo', () => {
  it('fits 80 columns, whatever there is to show', () => {
    for (const line of picture(crowded(), plain)) expect(line.length).toBeLessThanOrEqual(80);
    const lines = picture(crowded(), plain).join('\n');
    for (const reason of Object.keys(REFUSAL_REASONS)) expect(lines).toContain(`${reason} 123456`);
  });

  it('is redrawn in place on a terminal, and is a line without escapes now and then anywhere else', () => {
    const terminal = stream(true, 80);
    const screen = createScreen(terminal.stream);
    screen.show(crowded());
    screen.show(crowded());
    expect(terminal.written[1]).toContain(`\u001b[${picture(crowded(), plain).length}A`);

    for (const elsewhere of [stream(false, 80), stream(true, 40)]) {
      const log = createScreen(elsewhere.stream, () => 10_000);
      log.show(crowded());
      log.show(crowded());
      expect(elsewhere.written).toEqual([`${plainLine(crowded())}\n`]);
      expect(elsewhere.written[0]).not.toContain('\u001b');
    }
  });

  it('shows the rate of the last seconds', () => {
    let now = 0;
    const rate = createRate(() => now);
    rate(0);
    now = 1000;
    expect(rate(500)).toBe(500);
    for (now = 2000; now <= 20_000; now += 1000) rate(500);
    expect(rate(500)).toBe(0);
  });
});

describe('the story of the demo', () => {
  it('says which events were duplicates, late, corrections and ties', () => {
    const day = 86_400_000;
    const events: InputEvent[] = [
      order({ orderId: 'A', orderVersion: 1, occurredAt: 9 * day }),
      order({ orderId: 'A', orderVersion: 1, occurredAt: 9 * day }),
      order({ orderId: 'B', orderVersion: 1, occurredAt: 8 * day }),
      order({ orderId: 'A', orderVersion: 2, occurredAt: 10 * day }),
      order({ orderId: 'A', orderVersion: 2, occurredAt: 10 * day, eventId: 'other' }),
    ];
    const lines = storyLines({ customerId: 'c-1', events, published: [], told: [] }, plain);
    const remarks = lines.filter((line) => /order [AB]/.test(line)).map((line) => line.split('← ')[1] ?? '');
    expect(remarks).toEqual(['', 'again: a duplicate', 'late', 'corrects v1', 'a tie: the later wins']);
  });

  it('fits 80 columns, however long the life', async () => {
    const { outputs, inputs } = await trafficWorld({ seed: 2, customers: 1, events: 300 });
    const published = await Promise.all(outputs.map(async ({ value }) => (await decodeUpdate(value)) ?? []));
    expect(inputs.length).toBe(300);
    const lines = storyLines({ customerId: 'c-000001', events: [], published: published.flat(), told: [] }, plain);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
    expect(lines.some((line) => line.includes('and') && line.includes('more'))).toBe(true);
  });
});

describe('the summary of the demo', () => {
  it('is surprised by any other fate than the traffic foretold', () => {
    const tally = createTally();
    tally.expected.applied = 2;
    tally.expected.refused['missing-key'] = 1;
    const report = { accepted: 2, refused: { 'missing-key': 1 } } as unknown as VerificationReport;
    expect(surprises(tally, report)).toEqual([]);
    const other = { accepted: 1, refused: { undecodable: 2 } } as unknown as VerificationReport;
    expect(surprises(tally, other)).toHaveLength(3);
  });
});
