/** What the fault run is made of, without servers. */
import { CHECKPOINTS } from '../../src/pipeline/checkpoints.ts';
import { createRandom } from '../../src/traffic/random.ts';
import { DEFAULTS, KINDS, parseOptions, repeated } from '../../proof/faults/options.ts';
import { NEMESES } from '../../proof/faults/nemeses/index.ts';
import { reportOf } from '../../proof/faults/report.ts';
import type { Run } from '../../proof/faults/run.ts';
import { FaultTally } from '../../proof/faults/tally.ts';
import type { World } from '../../proof/faults/world.ts';

describe('what is asked for', () => {
  const noFile = (): string => {
    throw new Error('no file is asked for');
  };

  it('is every kind of fault unless said otherwise', () => {
    expect(parseOptions([], noFile)).toEqual({ options: DEFAULTS, out: undefined });
    expect(parseOptions(['--faults', 'kill,clock', '--seed', '7', '--minutes', '0.5'], noFile).options).toMatchObject({
      faults: ['kill', 'clock'],
      seed: 7,
      minutes: 0.5,
    });
  });

  it.each([
    [['--faults', 'kill,meteor'], 'meteor'],
    [['--minutes', 'soon'], '--minutes'],
    [['--minutes', ''], '--minutes'],
    [['--topology', 'moon'], 'moon'],
    [['--sede', '1'], '--sede'],
  ])('names what is wrong with %j', (args, named) => {
    expect(() => parseOptions(args, noFile)).toThrow(named);
  });

  it('is what a failed run left in its file, with what is said besides', () => {
    const failed = { ...DEFAULTS, seed: 99, faults: ['pause'] };
    const { options } = parseOptions(['--replay', 'failed.json', '--minutes', '9'], () => JSON.stringify(failed));
    expect(options).toEqual({ ...failed, minutes: 9 });
    expect(repeated('{"seed": 5}')).toEqual({ ...DEFAULTS, seed: 5 });
  });
});

describe('the choice of the next fault', () => {
  const random = createRandom(1);
  const variants = ['a', 'b', 'c'];

  it('takes what has landed least, and does not wait for what keeps missing', () => {
    const tally = new FaultTally(new Map([['kill', variants]]));
    for (let strike = 0; strike < 60; strike += 1) {
      const what = tally.next('kill', variants, random);
      tally.struck('kill', { what, landed: what !== 'c' });
    }
    const { a, b, c } = tally.all()['kill'] ?? {};
    expect(a?.landed).toBeGreaterThanOrEqual(9);
    expect(Math.abs((a?.landed ?? 0) - (b?.landed ?? 0))).toBeLessThanOrEqual(1);
    expect(c).toMatchObject({ landed: 0 });
    expect(c?.missed).toBeLessThan(45);
    expect(tally.landedOf('kill')).toBe((a?.landed ?? 0) + (b?.landed ?? 0));
  });

  it('counts what is under way, until it strikes or is given up', () => {
    const tally = new FaultTally(new Map([['kill', variants]]));
    const chosen = variants.map(() => tally.next('kill', variants, random));
    expect(chosen.toSorted()).toEqual(variants);
    tally.gaveUp('kill', 'b');
    expect(tally.next('kill', variants, random)).toBe('b');
  });
});

describe('the faults', () => {
  const single = { servers: { proxies: {} } } as unknown as World;

  it('kill at every checkpoint of the pipeline', () => {
    for (const checkpoint of CHECKPOINTS) expect(NEMESES.kill.variants(single)).toContain(`at ${checkpoint}`);
  });

  it.each(KINDS)('of kind %s have names that differ within a topology', (kind) => {
    const variants = NEMESES[kind].variants(single);
    expect(variants.length).toBeGreaterThan(0);
    // Killing at any moment is one of them, and counts for several.
    expect(new Set(variants).size).toBe(kind === 'kill' ? variants.length - 2 : variants.length);
  });

  it('of the network need proxies', () => {
    expect(NEMESES.network.variants({ servers: {} } as unknown as World)).toEqual([]);
    expect(NEMESES.network.variants(single)).toContain('kafka reset before the reply');
  });
});

it('the report names seed, commit, versions, what landed, each violation, and the story of its customer', () => {
  const run: Run = {
    options: { ...DEFAULTS, seed: 4711 },
    seconds: 60,
    published: 1_000,
    members: 5,
    faults: { kill: { 'at saved': { landed: 3, missed: 1 } } },
    failures: ['1 violations'],
    judgement: {
      ok: false,
      violations: [{ invariant: 'chain-gap', customerId: 'c-1', detail: 'version 3 names 1' }],
      counts: { 'chain-gap': 1 },
      stories: [{ customerId: 'c-1', lines: ['order-finalized:0:7 applied'] }],
      totals: {
        ...{
          inputs: 10,
          applied: 9,
          refused: 1,
          refusedByReason: {},
          customers: 2,
          documents: 2,
          decided: {},
          archived: 0,
          erased: 0,
        },
        ...{ versions: 8, deadLetters: 1, abortedOutputs: 2, statements: 6, commands: 4, sentOn: 5 },
      },
    },
  };
  const report = reportOf(run, { date: '2026-01-02 03:04', commit: 'abc1234', versions: { node: 'v24' } });
  for (const part of [
    'FAILED',
    '4711',
    'abc1234',
    'node v24',
    '5 messages sent on, 6 statements about links and 4 commands',
    '| kill: at saved | 3 | 1 |',
    'chain-gap c-1: version 3 names 1',
  ]) {
    expect(report).toContain(part);
  }
  expect(report).toContain('## c-1\n\n```\norder-finalized:0:7 applied\n```');
  expect(reportOf({ ...run, failures: [] }, { date: '', commit: '', versions: {} })).toContain('Violations: 0.');
});
