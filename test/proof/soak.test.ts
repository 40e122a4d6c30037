/** The judgement of a soak: what is flat passes, and every way not to be flat is caught. */
import { createLoad, type Load } from '../../proof/soak/load.ts';
import { readOptions } from '../../proof/soak/options.ts';
import { type MemberSample, type Sample, thinned } from '../../proof/soak/sample.ts';
import { GENERATIONS, soakTraffic } from '../../proof/soak/traffic.ts';
import { trendOf } from '../../proof/soak/trend.ts';
import { judge, type Verdict } from '../../proof/soak/verdict.ts';
import { sampled } from '../../proof/soak/verification.ts';
import type { OutboundRecord } from '../../src/pipeline/ports.ts';
import { createRandom } from '../../src/traffic/random.ts';
import { verify } from '../../src/verification/index.ts';
import { sourcesOf } from '../unit/verification/sources.ts';
import { trafficWorld } from '../helpers/traffic-world.ts';

const RATE = 700;
const EVERY = 5;

interface Change {
  readonly member?: (minutes: number, sample: MemberSample) => Partial<MemberSample>;
  readonly whole?: (minutes: number, sample: Sample) => Partial<Sample>;
}

/** A member as measured: noise on everything, memory that wanders, and a heap that is a sawtooth. */
const soakOf = ({ member = () => ({}), whole = () => ({}) }: Change = {}, minutes = 60, members = 1): Sample[] => {
  const random = createRandom(7, minutes);
  const noise = (size: number): number => (random.fraction() + random.fraction() - 1) * size;
  return Array.from({ length: (minutes * 60) / EVERY + 1 }, (_, i) => {
    const at = i * EVERY;
    const own = (): MemberSample => {
      const healthy: MemberSample = {
        rssMiB: 255 + noise(8) + 4 * Math.sin(at / 300),
        heapMiB: 70 + ((at * 2.3) % 61) + noise(4),
        externalMiB: 12 + noise(3),
        descriptors: 41 + (random.chance(0.1) ? 1 : 0),
        threads: 11,
        loopDelayMs: 14 + noise(4),
        consumed: Math.round(at * RATE),
        versions: Math.round(at * RATE * 0.96),
        recoveries: 0,
        incidents: 0,
      };
      return { ...healthy, ...member(at / 60, healthy) };
    };
    const sample: Sample = {
      at,
      published: 120_000 + Math.round(at * RATE),
      lag: Math.max(0, Math.round(110 + noise(100) + (random.chance(0.01) ? 2500 : 0))),
      members: Array.from({ length: members }, own),
    };
    return { ...sample, ...whole(at / 60, sample) };
  });
};

const verdicts = (samples: readonly Sample[], warmUpSeconds = 720): Verdict[] =>
  judge({ samples, warmUpSeconds, rate: RATE });
const failed = (samples: readonly Sample[], warmUpSeconds?: number): string[] =>
  verdicts(samples, warmUpSeconds).flatMap(({ name, ok }) => (ok ? [] : [name]));

describe('a soak', () => {
  it('passes when everything is noise around a level, the sawtooth of the heap included', () => {
    expect(verdicts(soakOf()).map(({ name }) => name)).toEqual([
      'memory (RSS)',
      'heap in use',
      'file descriptors',
      'threads',
      'lag',
      'load',
      'recoveries',
      'incidents',
    ]);
    expect(failed(soakOf())).toEqual([]);
  });

  it('passes when the memory of the process follows the garbage collector up and down', () => {
    expect(failed(soakOf({ member: (m, { rssMiB }) => ({ rssMiB: rssMiB + ((m * 3) % 20) }) }))).toEqual([]);
  });

  it('passes when memory or lag falls', () => {
    const member = (m: number, { rssMiB }: MemberSample) => ({ rssMiB: rssMiB - m / 2 });
    const whole = (m: number, { lag }: Sample) => ({ lag: lag + 1000 - m * 15 });
    expect(failed(soakOf({ member, whole }))).toEqual([]);
  });

  it('fails for a leak of 1 MiB a minute', () => {
    expect(failed(soakOf({ member: (m, { rssMiB }) => ({ rssMiB: rssMiB + m }) }))).toEqual(['memory (RSS)']);
  });

  it('fails for a leak of 1 MiB a minute under the sawtooth of the heap', () => {
    expect(failed(soakOf({ member: (m, { heapMiB }) => ({ heapMiB: heapMiB + m }) }))).toEqual(['heap in use']);
  });

  it('fails for memory that shoots up for a moment', () => {
    const member = (m: number) => (Math.round(m) === 40 ? { rssMiB: 360 } : {});
    expect(failed(soakOf({ member }))).toEqual(['memory (RSS)']);
  });

  it('fails for one file descriptor a minute, and for one in ten minutes', () => {
    for (const minutes of [1, 10]) {
      const member = (m: number) => ({ descriptors: 41 + Math.floor(m / minutes) });
      expect(failed(soakOf({ member }))).toEqual(['file descriptors']);
    }
  });

  it('fails for descriptors that are many for a moment only', () => {
    const member = (m: number) => (Math.round(m) === 40 ? { descriptors: 60 } : {});
    expect(failed(soakOf({ member }))).toEqual(['file descriptors']);
  });

  it('passes for one connection more from some time on', () => {
    expect(failed(soakOf({ member: (m) => ({ descriptors: m < 35 ? 41 : 42 }) }))).toEqual([]);
  });

  it('fails for threads that become more', () => {
    expect(failed(soakOf({ member: (m) => ({ threads: 11 + Math.floor(m / 5) }) }))).toEqual(['threads']);
  });

  it('fails for a lag that grows by one record a second', () => {
    expect(failed(soakOf({ whole: (m, { lag }) => ({ lag: lag + m * 60 }) }))).toEqual(['lag']);
  });

  it('fails for a lag that was once half a minute', () => {
    const whole = (m: number) => (Math.round(m) === 40 ? { lag: RATE * 32 } : {});
    expect(failed(soakOf({ whole }))).toEqual(['lag']);
  });

  it('fails for a load that was not what was asked for', () => {
    expect(failed(soakOf({ whole: (m) => ({ published: Math.round(m * 60 * RATE * 0.9) }) }))).toEqual(['load']);
  });

  it('fails for a single recovery or incident, in the warm-up too', () => {
    expect(failed(soakOf({ member: (m) => ({ recoveries: m > 3 ? 1 : 0 }) }))).toEqual(['recoveries']);
    expect(failed(soakOf({ member: (m) => ({ incidents: m > 50 ? 1 : 0 }) }))).toEqual(['incidents']);
  });

  it('does not count what grows while it warms up', () => {
    const member = (m: number, { rssMiB }: MemberSample) => ({ rssMiB: rssMiB - Math.max(0, 10 - m) * 9 });
    expect(failed(soakOf({ member }, 20), 600)).toEqual([]);
    expect(failed(soakOf({ member }, 20), 0)).toContain('memory (RSS)');
  });

  it('judges every member by itself', () => {
    const samples = soakOf({}, 60, 3).map((sample) => ({
      ...sample,
      members: sample.members.map((own, i) => (i === 1 ? { ...own, rssMiB: own.rssMiB + sample.at / 60 } : own)),
    }));
    expect(failed(samples)).toEqual(['memory (RSS) of member 2']);
  });

  it('is not passed by a series too unsteady to tell', () => {
    const random = createRandom(3);
    const member = () => ({ rssMiB: 230 + random.fraction() * 60 + random.fraction() * 60 });
    const [memory] = verdicts(soakOf({ member }, 2), 60);
    expect(memory).toMatchObject({ ok: false });
    expect(memory?.said).toContain('cannot be excluded');
  });

  it('is not passed by too few samples, or none', () => {
    expect(failed(soakOf({}, 60), 3590)).toContain('memory (RSS)');
    expect(failed([])).toEqual(['lag', 'load', 'recoveries', 'incidents']);
  });
});

describe('a trend', () => {
  const line = (of: (i: number) => number) => Array.from({ length: 100 }, (_, at) => ({ at: at * 36, value: of(at) }));

  it('is the slope of a straight line, exactly', () => {
    const trend = trendOf(line((i) => 5 + i));
    expect(trend?.perHour).toBeCloseTo(100);
    expect(trend?.rise.fitted).toBeCloseTo(99);
    expect(trend?.rise.low).toBeCloseTo(99);
    expect(trend?.rise.high).toBeCloseTo(99);
  });

  it('is not bent by outliers, alone or in a row', () => {
    expect(trendOf(line((i) => (i % 10 === 7 ? i * 1000 : 5 + i)))?.perHour).toBeCloseTo(100, -1);
    expect(trendOf(line((i) => (i > 88 && i < 97 ? 1000 : 5 + i)))?.perHour).toBeCloseTo(100, -1);
  });

  it('holds the true slope within its bounds in nine of ten noisy series, and is above zero in few level ones', () => {
    const covered = Array.from({ length: 200 }, (_, seed) => {
      const random = createRandom(seed);
      const trend = trendOf(line((i) => i * 0.1 + random.fraction() * 20));
      return trend !== null && trend.rise.low <= 9.9 && trend.rise.high >= 9.9;
    });
    expect(covered.filter(Boolean).length).toBeGreaterThan(180);
    const alarms = Array.from({ length: 200 }, (_, seed) => {
      const random = createRandom(seed);
      return (trendOf(line(() => random.fraction()))?.rise.low ?? 0) > 0;
    });
    expect(alarms.filter(Boolean).length).toBeLessThan(20);
  });

  it('is not drawn through a handful of points', () => {
    expect(trendOf(line((i) => i).slice(0, 11))).toBeNull();
  });
});

describe('the traffic of a soak', () => {
  const CUSTOMERS = 50;
  const items = (count: number, customers = CUSTOMERS) => [...soakTraffic({ seed: 3, customers }).take(count)];

  it('keeps bringing new customers while others fall silent', () => {
    const seen = new Map<string, { first: number; last: number; count: number }>();
    items(12_000).forEach(({ input }, at) => {
      const known = seen.get(input.event.customerId) ?? { first: at, last: at, count: 0 };
      seen.set(input.event.customerId, { ...known, last: at, count: known.count + 1 });
    });
    const customers = [...seen.values()];
    const life = GENERATIONS * CUSTOMERS * 6 * 1.2;
    expect(customers.every(({ first, last }) => last - first < life)).toBe(true);
    const born = Array.from(
      { length: 40 },
      (_, i) => customers.filter(({ first }) => Math.floor(first / 300) === i).length,
    );
    const steady = born.slice(4);
    expect(Math.max(...steady)).toBeLessThan(2 * Math.min(...steady));
    expect(customers.filter(({ count }) => count > 1).length).toBeGreaterThan(customers.length / 2);
    expect(Math.max(...customers.map(({ count }) => count))).toBeLessThan(150);
  });

  it('is keyed by the customers it names, but for messages that are to be refused', () => {
    for (const { key, input, expected } of items(3_000)) {
      if (expected === 'applied') expect(key).toBe(input.event.customerId);
    }
  });

  it('has duplicates, late messages and broken ones, and is the same for the same seed', () => {
    const all = items(3_000, 500);
    expect(new Set(all.map(({ arrival }) => arrival))).toEqual(new Set(['in-time', 'late', 'duplicate']));
    expect(all.some(({ expected }) => expected !== 'applied')).toBe(true);
    expect(items(3_000, 500)).toEqual(all);
  });
});

describe('the load of a soak', () => {
  it('makes up for what an obstacle held up, and stops when it is told to', async () => {
    let obstacle = true;
    let sent = 0;
    const publisher = {
      send: async (records: readonly unknown[]) => {
        if (obstacle) await new Promise((resolve) => setTimeout(resolve, 400));
        obstacle = false;
        sent += records.length;
      },
      close: () => Promise.resolve(),
    };
    const records = (function* (): Generator<OutboundRecord> {
      for (;;) yield { topic: 't', key: null, value: null, headers: {} };
    })();
    const load: Load = createLoad(publisher, records);
    await load.publish(700, new AbortController().signal);
    expect(load.published).toBe(700);
    obstacle = true;
    await load.steadily(1_000, AbortSignal.timeout(900));
    expect(load.published).toBe(sent);
    expect(sent - 700).toBeGreaterThan(600);
    expect(sent - 700).toBeLessThan(1_100);
  });
});

describe('the verification of a soak', () => {
  it('looks at whole customers, all of them or a share, and sees what is wrong with them', async () => {
    const world = await trafficWorld({ seed: 5, customers: 40, events: 900, brokenRatio: 0.05, eraseRatio: 0.03 });
    const whole = await verify(sampled(sourcesOf(world), 1));
    expect(whole).toMatchObject({ ok: true, inputs: world.inputs.length });
    expect(whole.erased).toBe(world.stubs.length);

    const sample = await verify(sampled(sourcesOf(world), 3));
    expect(sample).toMatchObject({ ok: true });
    expect([sample.erased > 0, (sample.refused['before-erasure'] ?? 0) > 0]).toEqual([true, true]);
    expect(sample.inputs).toBeGreaterThan(world.inputs.length / 6);
    expect(sample.inputs).toBeLessThan(world.inputs.length / 1.5);

    const tampered = { ...world, outputs: world.outputs.slice(0, -world.outputs.length / 3) };
    const found = await verify(sampled(sourcesOf(tampered), 3));
    expect(found.violationCounts).toHaveProperty('last-output-differs');
  });
});

describe('what a soak keeps', () => {
  it('is as many samples as it may be, from the first to the last', () => {
    const samples = Array.from({ length: 721 }, (_, i) => i);
    const kept = thinned(samples, 121);
    expect(kept).toHaveLength(121);
    expect([kept[0], kept[1], kept.at(-1)]).toEqual([0, 6, 720]);
    expect(thinned([1, 2], 121)).toEqual([1, 2]);
  });
});

describe('the options of a soak', () => {
  it('default to an hour at half of the maximum', () => {
    expect(readOptions([])).toMatchObject({ minutes: 60, share: 0.5, members: 1, out: undefined });
  });

  it.each([
    ['--share', '0'],
    ['--share', '1.5'],
    ['--members', '7'],
    ['--minutes', '0'],
    ['--seed', 'x'],
  ])('refuse %s %s', (name, value) => {
    expect(() => readOptions([name, value])).toThrow(name);
  });
});
