import type { CustomerUpdated } from '../../../src/domain/generated/CustomerUpdated.ts';
import type { ProfileDocument } from '../../../src/pipeline/document.ts';
import type { InboundRecord, Position } from '../../../src/pipeline/ports.ts';
import type { VerificationReport, ViolationKind } from '../../../src/verification/index.ts';
import { verify } from '../../../src/verification/index.ts';
import { decodeUpdate, encodeUpdate, trafficWorld, type World } from '../../helpers/traffic-world.ts';
import { EVERYTHING, kinds, sourcesOf } from './sources.ts';

let world: World;

beforeAll(async () => {
  world = await trafficWorld({ seed: 5, customers: 40, events: 600, brokenRatio: 0.05, duplicateRatio: 0.1 });
});

const verified = (tampered: Partial<World> = {}, committed?: Position): Promise<VerificationReport> =>
  verify(sourcesOf({ ...world, ...tampered }, committed));

const without = <T>(items: readonly T[], index: number): T[] => items.filter((_, i) => i !== index);
const replaced = <T>(items: readonly T[], index: number, change: (item: T) => T): T[] =>
  items.map((item, i) => (i === index ? change(item) : item));

/** A customer with several versions, and where its outputs are. */
const customerWithHistory = (): { document: number; outputs: number[]; customerId: string } => {
  for (const [document, { _id, version }] of world.documents.entries()) {
    const outputs = world.outputs.flatMap(({ key }, i) => (key?.toString() === _id ? [i] : []));
    if (version > 3) return { document, outputs, customerId: _id };
  }
  throw new Error('no customer has a history');
};

const tamperedOutput = async (
  index: number,
  change: (event: CustomerUpdated) => CustomerUpdated,
): Promise<InboundRecord[]> => {
  const event = await decodeUpdate(world.outputs[index]?.value ?? null);
  if (event === null) throw new Error('no such output');
  return replaced(world.outputs, index, (record) => ({ ...record, value: encodeUpdate(change(event)) }));
};

const tamperedDocument = (change: (document: ProfileDocument) => ProfileDocument): ProfileDocument[] =>
  replaced(world.documents, customerWithHistory().document, change);

const elsewhere = (letter: InboundRecord): InboundRecord => ({
  ...letter,
  topic: letter.topic === 'order-finalized.dlq' ? 'contract-signed.dlq' : 'order-finalized.dlq',
});

describe('verification', () => {
  it('finds nothing wrong with what a correct system leaves, and counts it', async () => {
    const report = await verified();
    expect(report.violations).toEqual([]);
    expect(report).toMatchObject({ ok: true, inputs: 600, stubs: 0 });
    expect(report.accepted + report.deadLetters).toBe(600);
    expect(Object.keys(report.refused)).toHaveLength(9);
    expect(report.profiles).toBe(world.documents.length);
    expect(report.published).toBe(world.outputs.length);
  });

  it('accepts a bare stub, and nothing else of version 0', async () => {
    const [document] = world.documents;
    if (document === undefined) throw new Error('no document');
    const bare: ProfileDocument = {
      ...document,
      _id: 'nobody',
      version: 0,
      marker: null,
      profile: null,
      facts: {
        ...{ party: {}, contactMediums: {}, agreements: {}, orders: {} },
        ...{ consents: {}, preferences: {}, assessments: {}, links: {}, privacy: {}, legalHolds: {} },
      },
    };
    expect(kinds(await verified({ documents: [...world.documents, bare] }))).toEqual([]);
    const forgotten = world.documents.map((found, i) => (i === 0 ? { ...bare, _id: found._id } : found));
    expect(kinds(await verified({ documents: forgotten }))).toEqual(['document-missing', 'output-unexpected']);
    const full = { ...bare, facts: document.facts };
    expect(kinds(await verified({ documents: [...world.documents, full] }))).toEqual(['stub-not-bare']);
  });

  it('names inputs that the group has not committed', async () => {
    expect(kinds(await verified({}, { ...EVERYTHING, 'order-finalized': 3 }))).toEqual(['not-drained']);
  });

  it.each<[string, number, ViolationKind]>([
    ['the first', 0, 'chain-broken'],
    ['one in the middle', 1, 'chain-broken'],
    ['the last', -1, 'last-output-differs'],
  ])('names a version that was dropped: %s', async (_, place, kind) => {
    const { outputs } = customerWithHistory();
    const report = await verified({ outputs: without(world.outputs, outputs.at(place) ?? -1) });
    // What changed in a dropped version may be covered by the next.
    expect(kinds(report).filter((found) => found !== 'paths-incomplete')).toEqual([kind]);
  });

  it('names a customer of whom nothing was published, with the story', async () => {
    const { customerId } = customerWithHistory();
    const report = await verified({ outputs: world.outputs.filter(({ key }) => key?.toString() !== customerId) });
    expect(kinds(report)).toEqual(['never-published']);
    expect(report.stories).toMatchObject([{ customerId, published: [] }]);
    expect(report.stories[0]?.events.length).toBeGreaterThan(3);
  });

  it('names a version that was published twice', async () => {
    const again = world.outputs[customerWithHistory().outputs.at(-1) ?? -1];
    if (again === undefined) throw new Error('no output');
    expect(kinds(await verified({ outputs: [...world.outputs, again] }))).toEqual([
      'cause-repeated',
      'version-repeated',
    ]);
  });

  it.each<[string, (event: CustomerUpdated) => CustomerUpdated, ViolationKind]>([
    ['a change that is not covered', (event) => ({ ...event, changedPaths: [] }), 'paths-incomplete'],
    [
      'a cause that is no event',
      (event) => ({ ...event, causes: [{ eventId: 'x', eventType: 'OrderFinalized' }] }),
      'cause-unknown',
    ],
    [
      'a link to another version',
      (event) => ({ ...event, previousVersion: event.previousVersion - 1 }),
      'chain-broken',
    ],
    [
      'a last snapshot that is not the document',
      (event) => ({
        ...event,
        profile: { ...event.profile, segments: ['x'] },
        changedPaths: [...event.changedPaths, 'segments'],
      }),
      'last-output-differs',
    ],
  ])('names %s', async (_, change, kind) => {
    const outputs = await tamperedOutput(customerWithHistory().outputs.at(-1) ?? -1, change);
    expect(kinds(await verified({ outputs }))).toEqual([kind]);
  });

  it('names an output in another partition or under another key', async () => {
    const last = customerWithHistory().outputs.at(-1) ?? -1;
    const moved = replaced(world.outputs, last, (record) => ({ ...record, partition: 1 }));
    expect(kinds(await verified({ outputs: moved }))).toEqual(['output-misplaced']);
    const { customerId } = customerWithHistory();
    const elsewhere = world.outputs.map((record) =>
      record.key?.toString() === customerId ? { ...record, partition: 1 } : record,
    );
    expect(kinds(await verified({ outputs: elsewhere }))).toEqual(['output-misplaced']);
    const renamed = replaced(world.outputs, last, (record) => ({ ...record, key: Buffer.from('c-0') }));
    expect(kinds(await verified({ outputs: renamed }))).toEqual(['output-misplaced']);
  });

  it('names a message in another partition than its key belongs to, when nobody has refused it', async () => {
    const { customerId } = customerWithHistory();
    const own = world.inputs.findLastIndex(({ key }) => key?.toString() === customerId);
    const inputs = replaced(world.inputs, own, (record) => ({ ...record, partition: 1 }));
    expect(kinds(await verified({ inputs }))).toEqual(['dead-letter-missing']);
  });

  it('names an output that nobody can read', async () => {
    const last = world.outputs.length - 1;
    const outputs = replaced(world.outputs, last, (record) => ({ ...record, value: null, headers: {} }));
    expect(kinds(await verified({ outputs }))).toContain('output-unreadable');
  });

  it('names a document that is missing, or one that no event asked for', async () => {
    const { document } = customerWithHistory();
    expect(kinds(await verified({ documents: without(world.documents, document) }))).toEqual([
      'document-missing',
      'output-unexpected',
    ]);
    const stray = world.documents.slice(0, 1).map((found) => ({ ...found, _id: 'nobody' }));
    expect(kinds(await verified({ documents: [...world.documents, ...stray] }))).toEqual(['document-unexpected']);
  });

  it('names a document whose facts lack an event', async () => {
    const documents = tamperedDocument((found) => ({ ...found, facts: { ...found.facts, orders: {} } }));
    expect(kinds(await verified({ documents }))).toEqual(['facts-differ']);
  });

  it('names a document whose profile is not what its facts say', async () => {
    const documents = tamperedDocument((found) => ({
      ...found,
      profile: found.profile && { ...found.profile, segments: ['x'] },
    }));
    expect(kinds(await verified({ documents }))).toEqual(['last-output-differs', 'profile-differs']);
  });

  it('names an event that was lost on the way', async () => {
    const { customerId } = customerWithHistory();
    const order = world.inputs.findIndex(
      ({ key, topic }) => key?.toString() === customerId && topic === 'order-finalized',
    );
    expect(kinds(await verified({ inputs: without(world.inputs, order) }))).toContain('facts-differ');
  });

  it.each<[string, (letters: InboundRecord[]) => InboundRecord[], ViolationKind[]]>([
    ['missing', (letters) => letters.slice(1), ['dead-letter-missing']],
    ['repeated', (letters) => [...letters, ...letters.slice(0, 1)], ['dead-letter-repeated']],
    [
      'with other bytes',
      (letters) => replaced(letters, 0, (letter) => ({ ...letter, value: Buffer.from('x') })),
      ['dead-letter-altered'],
    ],
    [
      'with another key',
      (letters) => replaced(letters, 0, (letter) => ({ ...letter, key: Buffer.from('x') })),
      ['dead-letter-altered'],
    ],
    [
      'with another header',
      (letters) => replaced(letters, 0, (letter) => ({ ...letter, headers: { ...letter.headers, extra: 'x' } })),
      ['dead-letter-altered'],
    ],
    [
      'with another reason',
      (letters) => replaced(letters, 0, (letter) => ({ ...letter, headers: { ...letter.headers, 'dlq-reason': 'x' } })),
      ['dead-letter-reason'],
    ],
    ['in the topic of another input', (letters) => replaced(letters, 0, elsewhere), ['dead-letter-misplaced']],
    [
      'in another partition than the message',
      (letters) => replaced(letters, 0, (letter) => ({ ...letter, partition: 1 })),
      ['dead-letter-misplaced'],
    ],
    [
      'of a message that can be applied',
      (letters) => replaced(letters, 0, (letter) => ({ ...letter, headers: { ...letter.headers, 'dlq-offset': '0' } })),
      ['dead-letter-missing', 'dead-letter-unexpected'],
    ],
  ])('names a dead letter %s', async (_, tamper, expected) => {
    expect(kinds(await verified({ deadLetters: tamper(world.deadLetters) }))).toEqual(expected);
  });

  it('takes no header of an upstream for the note of a redrive', async () => {
    const noted = (record: InboundRecord) => ({ ...record, headers: { ...record.headers, 'dlq-redriven': '0' } });
    const inputs = world.inputs.map(noted);
    expect(kinds(await verified({ inputs, deadLetters: world.deadLetters.map(noted) }))).toEqual([]);
    expect(kinds(await verified({ inputs, deadLetters: [] }))).toEqual(['dead-letter-missing']);
  });
});
