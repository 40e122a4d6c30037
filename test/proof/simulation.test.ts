/** The pipeline in a simulated world: no fault breaks a promise, and a broken rule is noticed. */
import { emptyFacts, type Facts } from '../../src/domain/facts.ts';
import { merge } from '../../src/domain/merge.ts';
import { CHECKPOINTS } from '../../src/pipeline/checkpoints.ts';
import type { ProfileDocument } from '../../src/pipeline/document.ts';
import { createRandom } from '../../src/traffic/random.ts';
import { runSchedules } from '../../proof/simulation/campaign.ts';
import { createInputs, type Input, type Inputs } from '../../proof/simulation/inputs.ts';
import { Invariants } from '../../proof/simulation/invariants.ts';
import { SimulatedKafka } from '../../proof/simulation/kafka.ts';
import { SimulatedMongo } from '../../proof/simulation/mongodb.ts';
import { MUTANTS } from '../../proof/simulation/mutants.ts';
import { landedFaults } from '../../proof/simulation/report.ts';
import { CALL_FAULTS, CALLS, CHECKPOINT_FAULTS, type Coverage, WORLD_FAULTS } from '../../proof/simulation/schedule.ts';
import { simulate } from '../../proof/simulation/world.ts';

/** A busy machine takes its time. */
const PATIENCE_MS = 120_000;

describe('the pipeline in a simulated world', () => {
  const coverage: Coverage = new Map();

  it(
    'keeps its promises through thousands of schedules of faults',
    async () => {
      const { violated } = await runSchedules(1, 3_000, { coverage });
      expect(violated).toBeNull();
      expect(landedFaults(coverage)).toBeGreaterThan(3_000);
    },
    PATIENCE_MS,
  );

  it('met every kind of fault, in every call and at every checkpoint', () => {
    const missed = [
      ...CHECKPOINTS.flatMap((checkpoint) => CHECKPOINT_FAULTS.map((kind) => `${checkpoint} × ${kind}`)),
      ...CALLS.filter((call) => call !== 'producer.close').flatMap((call) =>
        CALL_FAULTS.map((kind) => `${call} × ${kind}`),
      ),
      ...['producer.close × crash', 'producer.close × pause', 'unreplicated writes × failover'],
    ].filter((fault) => !coverage.has(fault));
    expect(missed).toEqual([]);
    const met = new Set([...coverage.keys()].map((fault) => fault.split(' × ')[1]));
    expect(WORLD_FAULTS.filter((kind) => !met.has(kind))).toEqual([]);
  });

  it('has one story a seed', async () => {
    const told = async (seed: number): Promise<readonly string[]> => {
      const trace: string[] = [];
      await simulate(seed, { trace });
      return trace;
    };
    for (const seed of [1, 2, 3, 4, 5]) expect(await told(seed)).toEqual(await told(seed));
    expect(await told(1)).not.toEqual(await told(2));
  });

  it('stops at the step that breaks a promise', async () => {
    const mutant = MUTANTS.find(({ name }) => name === 'publishes, then saves');
    const options = mutant === undefined ? {} : { mutant };
    const { violated } = await runSchedules(1, 100, options);
    const trace: string[] = [];
    expect(await simulate(violated?.seed ?? 0, { trace, ...options })).toEqual(violated);
    expect(violated?.violation?.invariant).toBe('unsaved');
    expect(trace.findLast((line) => line.includes('arrives'))).toContain('transaction.commit');
  });
});

describe('a rule of the protocol that is broken is noticed', () => {
  it.each(MUTANTS.map((mutant) => [`rule ${mutant.rule}: ${mutant.name}`, mutant] as const))(
    '%s',
    async (_, mutant) => {
      expect((await runSchedules(1, 20_000, { mutant })).violated).not.toBeNull();
    },
    PATIENCE_MS,
  );
});

describe('an invariant that no mutant breaks first', () => {
  const { inputs, input } = withoutRefusals();
  const { place } = inputs.logs.find(({ entries }) => entries.includes(input)) ?? { place: '' };
  const all = input.customerId === null ? [] : (inputs.byCustomer.get(input.customerId) ?? []);
  const facts = all.reduce<Facts>(
    (known, { decoded }) => ('event' in decoded ? merge(known, decoded) : known),
    emptyFacts,
  );
  const document: ProfileDocument = {
    ...{
      _id: input.customerId ?? '',
      version: 0,
      epoch: 1,
      marker: null,
      previousVersion: 0,
      pending: null,
      audiences: {},
      links: null,
    },
    ...{ facts, profile: null },
  };
  const mongo = new SimulatedMongo(() => undefined);
  mongo.setProfile(document);
  mongo.replicate(1);
  const committed = (offset: number) => ({
    status: 'prepared' as const,
    records: [],
    offsets: new Map([[place, offset]]),
  });

  it('offsets-back: committed offsets go back', () => {
    const invariants = new Invariants(inputs);
    invariants.decided(committed(1), mongo);
    expect(invariants.violation).toBeNull();
    invariants.decided(committed(0), mongo);
    expect(invariants.violation?.invariant).toBe('offsets-back');
  });

  it('stale-save: a save undoes what was committed', () => {
    const invariants = new Invariants(inputs);
    invariants.decided(committed(1), mongo);
    invariants.saved(null, document);
    expect(invariants.violation).toBeNull();
    invariants.saved(document, { ...document, facts: emptyFacts });
    expect(invariants.violation?.invariant).toBe('stale-save');
  });

  it('document: it is not the fold of its events', () => {
    const invariants = new Invariants(inputs);
    const kafka = new SimulatedKafka(inputs, () => undefined);
    for (const log of inputs.logs) kafka.offsets.set(log.place, log.entries.length);
    invariants.end(kafka, new SimulatedMongo(() => undefined));
    expect(invariants.violation?.invariant).toBe('document');
  });
});

/** A small world in which every input is applied, and one that stands at the start of its log. */
function withoutRefusals(): { inputs: Inputs; input: Input } {
  for (let seed = 1; ; seed += 1) {
    const inputs = createInputs(createRandom(seed), { partitions: 1, customers: 1, events: 4, unknownSchemas: false });
    const input = inputs.logs[0]?.entries[0];
    if (input != null && inputs.all.every(({ verdict }) => verdict === 'applied')) return { inputs, input };
  }
}
