import fc from 'fast-check';
import kafkajs, { type Assigner, type Cluster } from 'kafkajs';
import { coPartitionedSticky, type Ownership } from '../../../src/adapters/kafka/assignor-protocol.ts';

const { MemberAssignment, MemberMetadata } = kafkajs.AssignerProtocol;

/** A cluster as far as the assignor looks at it: how many partitions each topic has. */
const cluster = (counts: Record<string, number>): Cluster =>
  ({
    findTopicPartitionMetadata: (topic: string) => {
      const count = counts[topic];
      if (count === undefined) throw new Error('no metadata');
      return Array.from({ length: count }, (_, partitionId) => ({ partitionId }));
    },
  }) as unknown as Cluster;

const assignor = (counts: Record<string, number>, ownership?: Ownership): Assigner =>
  coPartitionedSticky(() => ownership ?? { memberId: null, partitions: [] })({
    cluster: cluster(counts),
    groupId: 'group',
    logger: undefined as never,
  });

interface Joined {
  readonly memberId: string;
  readonly memberMetadata: Buffer;
}

const joined = (memberId: string, userData: Buffer): Joined => ({
  memberId,
  memberMetadata: MemberMetadata.encode({ version: 0, topics: ['a', 'b'], userData }),
});

/** What a member of our release sends. */
const claiming = (memberId: string, partitions: number[], membership: string | null = memberId): Joined => ({
  memberId,
  memberMetadata: assignor({}, { memberId: membership, partitions }).protocol({ topics: ['a', 'b'] }).metadata,
});

const assigned = async (
  counts: Record<string, number>,
  members: Joined[],
  topics = Object.keys(counts),
): Promise<Record<string, Record<string, number[]>>> => {
  const assignments = await assignor(counts).assign({ members, topics });
  return Object.fromEntries(
    assignments.map(({ memberId, memberAssignment }) => [
      memberId,
      { ...MemberAssignment.decode(memberAssignment)?.assignment },
    ]),
  );
};

describe('the assignor among members', () => {
  it('gives the same partitions of every topic to a member, and those that it had', async () => {
    const shares = await assigned({ a: 4, b: 4 }, [claiming('x', [1, 3]), claiming('y', [0, 2])]);
    expect(shares).toEqual({ x: { a: [1, 3], b: [1, 3] }, y: { a: [0, 2], b: [0, 2] } });
  });

  it('ranks the claim of a member that was kicked behind that of the owner', async () => {
    const shares = await assigned({ a: 2, b: 2 }, [claiming('again', [0, 1], 'before'), claiming('owner', [0])]);
    expect(shares).toEqual({ again: { a: [1], b: [1] }, owner: { a: [0], b: [0] } });
  });

  it('assigns of topics with unequal partition counts those that exist, each once', async () => {
    const shares = await assigned({ a: 4, b: 2 }, [claiming('x', []), claiming('y', [])]);
    const of = (topic: string): number[] =>
      Object.values(shares)
        .flatMap((share) => share[topic] ?? [])
        .sort();
    expect(of('a')).toEqual([0, 1, 2, 3]);
    expect(of('b')).toEqual([0, 1]);
    for (const share of Object.values(shares)) expect(share['a']).toEqual(expect.arrayContaining(share['b'] ?? []));
  });

  it('assigns what there is while the cluster does not know a topic yet', async () => {
    const shares = await assigned({ a: 2 }, [claiming('x', [])], ['a', 'new']);
    expect(shares).toEqual({ x: { a: [0, 1], new: [] } });
    expect(await assigned({}, [claiming('x', [])], ['new'])).toEqual({ x: { new: [] } });
  });

  it.each<[what: string, userData: Buffer]>([
    ['nothing', Buffer.alloc(0)],
    ['bytes of another assignor', Buffer.from([0, 1, 0xff, 0xfe])],
    ['another format', Buffer.from('{"format":2,"memberId":"x","owned":[0]}')],
    ['no list', Buffer.from('{"format":1,"memberId":"x","owned":"all"}')],
    ['null', Buffer.from('null')],
    ['fractions', Buffer.from('{"format":1,"memberId":"x","owned":[0.5]}')],
  ])('takes as no claim at all a member that sends %s', async (_, userData) => {
    const shares = await assigned({ a: 2, b: 2 }, [joined('x', userData), claiming('y', [0])]);
    expect(shares).toEqual({ x: { a: [1], b: [1] }, y: { a: [0], b: [0] } });
  });

  it('never throws, whatever members send, and assigns every partition once', async () => {
    const bytes = fc.uint8Array({ maxLength: 60 }).map((each) => Buffer.from(each));
    const json = fc.json().map((text) => Buffer.from(text));
    const claims = fc
      .array(fc.integer())
      .map((owned) => Buffer.from(JSON.stringify({ format: 1, memberId: 'm0', owned })));
    const member = fc.oneof(
      fc.oneof(bytes, json, claims).map((userData) => joined('', userData).memberMetadata),
      // Not even the frame of the consumer protocol.
      bytes,
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(member, { minLength: 1, maxLength: 5 }),
        fc.nat(6),
        fc.nat(6),
        async (metadata, a, b) => {
          const members = metadata.map((memberMetadata, index) => ({ memberId: `m${index}`, memberMetadata }));
          const shares = Object.values(await assigned({ a, b }, members));
          expect(shares.flatMap((share) => share['a'] ?? []).sort()).toEqual(
            Array.from({ length: a }, (_, each) => each),
          );
          expect(shares.flatMap((share) => share['b'] ?? []).sort()).toEqual(
            Array.from({ length: b }, (_, each) => each),
          );
        },
      ),
      { numRuns: 300 },
    );
  });
});
