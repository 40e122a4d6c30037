/** The labelled corpus and mutated messages on the real decode path, held against the labels and the independent judge. */
import { isRefusal, REFUSAL_REASONS, type Refusal, refuse } from '../../src/domain/refusal.ts';
import type { InboundEvent } from '../../src/domain/events.ts';
import type { ProfileDocument } from '../../src/pipeline/document.ts';
import type { EventDecoder, InboundRecord } from '../../src/pipeline/ports.ts';
import { type Case, type Label, RECORDED_AT } from '../../proof/garbage/cases.ts';
import { faultOfDeadLetter } from '../../proof/garbage/checks.ts';
import { playCell } from '../../proof/garbage/cell.ts';
import { CORPUS } from '../../proof/garbage/corpus/index.ts';
import { internalEdges } from '../../proof/garbage/corpus/internal.ts';
import { goodMessages } from '../../proof/garbage/goods.ts';
import { MUTATIONS } from '../../proof/garbage/mutate.ts';
import { coordinates, createRoad, type Outcome, play, type Road } from '../../proof/garbage/road.ts';
import { afterUpdate, afterWrite, holds } from '../../proof/garbage/stored.ts';
import { offlineJudge, runGarbage, type Tally } from '../../proof/garbage/run.ts';
import { EXTRA_WRITERS, OFFLINE_IDS } from '../../proof/garbage/writers.ts';

let road: Road;
beforeAll(async () => {
  road = await createRoad();
});

/** No input can bring it about before there are erasures. */
const LABELS: readonly Label[] = [
  'applied',
  // Of a customer who was erased, or in another partition, no message is garbage.
  ...(Object.keys(REFUSAL_REASONS) as Label[]).filter(
    (reason) => reason !== 'before-erasure' && reason !== 'legal-hold' && reason !== 'misplaced',
  ),
];

const recordOf = (given: Case): InboundRecord => ({ ...given.make(OFFLINE_IDS), partition: 0, offset: 0 });

const labelled = (label: Label): readonly Case[] => CORPUS.filter(({ expected }) => expected === label);

const outcomeOf = async (record: InboundRecord): Promise<Outcome | undefined> =>
  (await play(road, [record], new Map(), { epoch: 1, from: {}, to: {} })).outcomes.get(coordinates(record));

const saying = (verdict: { kind: 'applied' } | { kind: 'refused'; reason: string; field?: string | null }): string =>
  verdict.kind === 'applied' ? 'applied' : `${verdict.reason} ${verdict.field ?? ''}`.trim();

const labelOf = ({ expected, field }: Case): string => `${expected} ${field ?? ''}`.trim();

describe('the corpus', () => {
  it('has hundreds of cases, each with a name and a customer of its own, and every reason', () => {
    expect(CORPUS.length).toBeGreaterThanOrEqual(200);
    expect(new Set(CORPUS.map(({ name }) => name)).size).toBe(CORPUS.length);
    for (const label of LABELS) expect(labelled(label).length).toBeGreaterThanOrEqual(4);
    expect(new Set(CORPUS.map(({ type }) => type)).size).toBe(4);
  });

  it('gives each case that is sent under its own customer another one', () => {
    const customers = CORPUS.map((given) => String(recordOf(given).key)).filter((key) => key.startsWith('garbage-'));
    expect(new Set(customers).size).toBe(customers.length);
    expect(customers.length).toBeGreaterThan(400);
  });

  it('fits into messages that Kafka takes, and names every schema that it needs', () => {
    const sizes = CORPUS.map((given) => {
      const { key, value, headers } = recordOf(given);
      return (key?.length ?? 0) + (value?.length ?? 0) + JSON.stringify(headers).length;
    });
    expect(Math.max(...sizes)).toBeLessThan(1_000_000);
    for (const { schema, schemaType } of EXTRA_WRITERS) if (schemaType !== 'PROTOBUF') JSON.parse(schema);
  });

  it.each(LABELS)('is judged as labelled on the real decode path: %s', async (label) => {
    const wrong: string[] = [];
    for (const given of labelled(label)) {
      const outcome = await outcomeOf(recordOf(given)).catch((error: unknown) => String(error));
      const said = typeof outcome === 'string' ? outcome : outcome && saying(outcome);
      if (said !== labelOf(given)) wrong.push(`${given.name}: ${said}, not ${labelOf(given)}`);
    }
    expect(wrong).toEqual([]);
  });

  it.each(LABELS)('is judged as labelled by the independent judge: %s', (label) => {
    const wrong = labelled(label).flatMap((given) => {
      const said = saying(offlineJudge(recordOf(given)));
      return said === labelOf(given) ? [] : [`${given.name}: ${said}, not ${labelOf(given)}`];
    });
    expect(wrong).toEqual([]);
  });

  it('ends where what the system may say to itself begins', async () => {
    for (const given of internalEdges) {
      const record = recordOf(given);
      expect([given.name, await outcomeOf(record)]).toMatchObject([given.name, { kind: 'applied' }]);
      expect([given.name, saying(offlineJudge(record))]).toEqual([given.name, 'applied']);
    }
  });

  it('is read as it was written, where it is applied', async () => {
    for (const given of labelled('applied')) {
      const outcome = await outcomeOf(recordOf(given));
      const event: object = outcome?.kind === 'applied' ? outcome.input.event : {};
      const said = Object.entries(given.said(RECORDED_AT)).filter(
        ([name, value]) => value !== undefined && Object.hasOwn(event, name),
      );
      expect({ name: given.name, ...event }).toMatchObject(Object.fromEntries([['name', given.name], ...said]));
    }
  });

  it('does nothing to its neighbours, is stored as it is, and is kept untouched where it is refused', async () => {
    const goods = goodMessages(7);
    const next = () => goods.next().value.message;
    for (let start = 0; start < CORPUS.length; start += 30) {
      const members = CORPUS.slice(start, start + 30).flatMap((given) => [
        { message: next(), mutant: false },
        { message: given.make(OFFLINE_IDS), mutant: true },
      ]);
      const { findings } = await playCell(road, offlineJudge, [next(), next()], members);
      const beyondVerdicts = findings.filter(({ kind }) => kind !== 'verdict');
      expect(beyondVerdicts.map(({ kind, detail }) => `${kind}: ${detail}`)).toEqual([]);
    }
  });
});

describe('mutated messages', () => {
  it('are refused with the right reason or applied, 20,000 of them, and their neighbours as if they were not there', async () => {
    const tally = await runGarbage({ messages: 20_000, seed: 20_261_124, road });
    expect({ counts: tally.counts, first: tally.findings[0]?.detail }).toEqual({ counts: {} });
    expect(tally.mutants).toBe(20_000);
    expect(Object.keys(tally.outcomes).sort()).toEqual([...LABELS].sort());
    expect(Object.keys(tally.mutations).sort()).toEqual([...MUTATIONS].sort());
    expect(Math.min(...Object.values(tally.outcomes))).toBeGreaterThan(50);
  }, 120_000);

  it('are the same for the same seed, and others for another', async () => {
    const made = async (seed: number): Promise<Tally> => runGarbage({ messages: 500, seed, road });
    const first = await made(3);
    expect(await made(3)).toEqual(first);
    expect((await made(4)).mutations).not.toEqual(first.mutations);
  });
});

describe('the runner notices', () => {
  type Decode = (decoded: InboundEvent | Refusal, value: Buffer | null) => InboundEvent | Refusal;

  const withDecode = (decode: Decode): Road => {
    const decoder: EventDecoder = {
      prepare: (values) => road.decoder.prepare(values),
      decode: (topic, value) => decode(road.decoder.decode(topic, value), value),
    };
    return { ...road, decoder };
  };

  const run = (decode: Decode): Promise<Tally> => runGarbage({ messages: 400, seed: 5, road: withDecode(decode) });

  const undecodable = (decoded: InboundEvent | Refusal): boolean =>
    isRefusal(decoded) && decoded.reason === 'undecodable';

  it('a decoder that throws, and names the message', async () => {
    const { counts, findings } = await run((decoded) => {
      if (undecodable(decoded)) throw new RangeError('out of bounds');
      return decoded;
    });
    expect(counts['crash']).toBeGreaterThan(50);
    const [first] = findings;
    expect(first).toMatchObject({ kind: 'crash', member: { mutant: true } });
    expect(first?.mutant?.message).toEqual(first?.member?.message);
    expect(first?.detail).toContain('out of bounds');
  });

  it('a decoder that accepts everything', async () => {
    let last: InboundEvent | undefined;
    const { counts, findings } = await run((decoded) => {
      if (!isRefusal(decoded)) last = decoded;
      return undecodable(decoded) ? (last ?? decoded) : decoded;
    });
    expect(counts['verdict']).toBeGreaterThan(50);
    expect(findings[0]?.detail).toMatch(/^the product says .*, the judge undecodable$/);
  });

  it('a decoder that refuses everything, good messages included', async () => {
    const { counts, findings } = await run(() => refuse('undecodable'));
    expect(counts['verdict']).toBeGreaterThan(50);
    expect(findings.some(({ detail }) => detail === 'a good message is refused: undecodable')).toBe(true);
  });

  it('a wrong reason, and a field that is not named', async () => {
    const reason = await run((decoded) => (undecodable(decoded) ? refuse('wrong-schema') : decoded));
    expect(reason.findings[0]?.detail).toBe('the product says wrong-schema, the judge undecodable');
    const judge = (record: InboundRecord) => {
      const verdict = offlineJudge(record);
      return verdict.kind === 'refused' && verdict.field !== undefined ? { ...verdict, field: 'another' } : verdict;
    };
    const field = await runGarbage({ messages: 400, seed: 5, road, judge });
    expect(field.findings.some(({ detail }) => detail.endsWith(', the judge invalid-value another'))).toBe(true);
  });

  it('a message that is read as something else', async () => {
    const { findings } = await run((decoded) =>
      isRefusal(decoded) || decoded.type !== 'OrderFinalized'
        ? decoded
        : { ...decoded, event: { ...decoded.event, channel: 'telepathy' } },
    );
    expect(findings.some(({ detail }) => detail === 'the product and the judge read different events')).toBe(true);
  });

  it('a message that spoils the next one', async () => {
    let spoiled = false;
    const { counts } = await run((decoded) => {
      if (isRefusal(decoded)) {
        spoiled ||= undecodable(decoded);
        return decoded;
      }
      if (!spoiled) return decoded;
      spoiled = false;
      return { ...decoded, event: { ...decoded.event, sourceSystem: 'spoiled' } } as InboundEvent;
    });
    expect(counts['neighbour']).toBeGreaterThan(5);
  });

  it('an update that cannot be encoded', async () => {
    const encoder = {
      encode: () => {
        throw new TypeError('does not fit its schema');
      },
    };
    const { counts } = await runGarbage({ messages: 100, seed: 5, road: { ...road, encoder } }).catch(
      (error: unknown) => ({ counts: { crash: String(error) } }),
    );
    expect(counts['crash']).toContain('does not fit its schema');
  });

  it('a write that MongoDB refuses, and one that does not come back as it went in', async () => {
    const insert = async (customer: string): Promise<ProfileDocument> => {
      const [given] = CORPUS.filter(({ name }) => name.endsWith(customer));
      const record = given && recordOf(given);
      const { plans } = await play(road, record ? [record] : [], new Map(), { epoch: 1, from: {}, to: {} });
      const [plan] = [...plans.values()];
      if (plan?.document == null) throw new Error('the case is applied');
      return plan.document;
    };
    const document = await insert('the customer id is a path');
    const write = { customerId: document._id, expectedVersion: null, document };
    const stored = afterWrite(null, write);
    const set = (...paths: readonly string[]): Uint8Array =>
      afterUpdate(stored, { $set: Object.fromEntries(paths.map((path) => [path, 1])) });
    expect(holds(stored, document)).toBe(true);
    expect(holds(set('version'), document)).toBe(true);
    expect(holds(set('facts.orders.another'), document)).toBe(false);
    expect(() => set('facts.orders.$where')).toThrow('MongoDB refuses');
    expect(() => set('facts.orders..at')).toThrow('MongoDB refuses');
    expect(() => set('profile.status', 'profile.statuses', 'profile.status.at')).toThrow('within another');
    expect(() => afterUpdate(stored, { $set: { version: 2 }, $unset: { version: 1 } })).toThrow('twice');
    expect(() => set('profile.orderSummary.recent.first')).toThrow('no document');
    expect(() => afterWrite(stored, write)).toThrow('there is');
    const large = { ...document, _id: 'x'.repeat(16.5 * 1024 * 1024) };
    expect(() => afterWrite(null, { ...write, document: large })).toThrow('a document of');
  });

  it('a dead letter that is not what was received', () => {
    const record: InboundRecord = {
      topic: 'order-finalized',
      partition: 0,
      offset: 0,
      timestamp: 0,
      key: null,
      value: Buffer.of(1),
      headers: { ce_id: 'a' },
    };
    const letter = { ...record, topic: 'order-finalized.dlq' };
    expect(faultOfDeadLetter(record, letter)).toBeNull();
    expect(faultOfDeadLetter(record, undefined)).not.toBeNull();
    expect(faultOfDeadLetter(record, { ...letter, value: Buffer.of(2) })).toMatch(/value/);
    expect(faultOfDeadLetter(record, { ...letter, value: null })).toMatch(/value/);
    expect(faultOfDeadLetter(record, { ...letter, key: '' })).toMatch(/key/);
    expect(faultOfDeadLetter(record, { ...letter, headers: {} })).toMatch(/headers/);
    expect(faultOfDeadLetter(record, { ...letter, topic: 'order-finalized' })).toMatch(/topic/);
  });
});
