import type { InputEvent } from '../../../src/domain/events.ts';
import type { InboundRecord } from '../../../src/pipeline/ports.ts';
import type { ProfileDocument } from '../../../src/pipeline/document.ts';
import { verify, type ViolationKind } from '../../../src/verification/index.ts';
import type { StoredLink } from '../../../src/verification/links.ts';
import { anOrder } from '../../helpers/domain.ts';
import { eventWorld, type World } from '../../helpers/traffic-world.ts';
import { kinds, sourcesOf } from './sources.ts';

const LINK_KEYS = ['a key of links, and no secret'];

const order = (customerId: string, deviceFingerprint: string, orderVersion = 1): InputEvent =>
  anOrder({
    ...{ eventId: `${customerId}-${orderVersion}`, customerId, orderId: `of-${customerId}` },
    ...{ orderVersion, occurredAt: orderVersion, deviceFingerprint },
  });

let world: World;

/** Three have a device, of whom one turns out to have another, which nobody shares. */
beforeAll(async () => {
  const events = ['a', 'b', 'c', 'd'].map((id) => order(id, id === 'd' ? 'other' : 'device'));
  world = await eventWorld([...events, order('c', 'own', 2)], { batch: 2, linkKeys: LINK_KEYS });
});

const found = async (tampered: Partial<World>): Promise<ViolationKind[]> =>
  kinds(await verify(sourcesOf({ ...world, ...tampered })));

const isStatement = ({ topic }: InboundRecord): boolean => topic === 'customer-link';

const document = (id: string, change: (known: ProfileDocument) => Partial<ProfileDocument>): Partial<World> => ({
  documents: world.documents.map((each) => (each._id === id ? { ...each, ...change(each) } : each)),
});

const facts = (id: string, customers: number | null): Partial<World> =>
  document(id, (known) => ({
    facts: {
      ...known.facts,
      links: Object.fromEntries(
        Object.entries(known.facts.links).map(([link, register]) => [
          link,
          { ...register, value: customers === null ? {} : { customers } },
        ]),
      ),
    },
  }));

const stored = (id: string, change: (known: StoredLink) => StoredLink): Partial<World> => ({
  links: world.links.map((each) => (each.customerId === id ? change(each) : each)),
});

describe('verification of links', () => {
  it('finds nothing wrong with what a correct system leaves, and counts who shares', async () => {
    const report = await verify(sourcesOf(world));
    expect(report.violations).toEqual([]);
    expect(report).toMatchObject({ ok: true, sharing: 2, profiles: 4 });
    // Five claims and a withdrawal; what was told of them to three who had something in common.
    expect(report.internal).toBe(world.inputs.length - 5);
    expect(world.inputs.filter(isStatement)).toHaveLength(6);
  });

  it.each<[string, () => Partial<World>, ViolationKind[]]>([
    ['a number that is too small', () => facts('a', 0), ['facts-differ', 'sharing-differs']],
    ['a number for who has the value no more', () => facts('c', 1), ['facts-differ', 'sharing-differs']],
    ['no number for who shares a value', () => facts('b', null), ['facts-differ', 'sharing-differs']],
    ['a value that the document does not claim', () => document('a', () => ({ links: null })), ['links-differ']],
    [
      'a value that the document claims and never said so',
      () => document('d', ({ links }) => ({ links: links && { ...links, claimed: [...links.claimed, 'phone:x'] } })),
      ['links-differ'],
    ],
    [
      'a member who is not stored',
      () => ({ links: world.links.filter(({ customerId }) => customerId !== 'a') }),
      ['membership-differs'],
    ],
    ['a member of another version', () => stored('a', (each) => ({ ...each, version: 9 })), ['membership-differs']],
    ['a member in another partition', () => stored('a', (each) => ({ ...each, partition: 1 })), ['membership-differs']],
    [
      'a member who has left',
      () => ({
        links: world.links.map((each) =>
          each.link === undefined
            ? { ...each, link: each._id.split('/')[0] ?? '', customerId: 'c', partition: 0 }
            : each,
        ),
      }),
      ['membership-differs'],
    ],
    [
      'a member who is there twice',
      () => ({ links: [...world.links, ...world.links.slice(0, 1)] }),
      ['membership-differs'],
    ],
    [
      'a name that says who has left',
      () => ({
        links: world.links.map((each) =>
          each.link === undefined ? { ...each, _id: `${each._id.split('/')[0] ?? ''}/c` } : each,
        ),
      }),
      ['membership-differs'],
    ],
    [
      'somebody who has left with another version',
      () => ({ links: world.links.map((each) => (each.link === undefined ? { ...each, version: 9 } : each)) }),
      ['membership-differs'],
    ],
    [
      'a member of whom nothing was ever said',
      () => ({
        links: [...world.links, { _id: 'phone:x/a', version: 1, link: 'phone:x', customerId: 'a', partition: 0 }],
      }),
      ['membership-differs'],
    ],
    [
      'a statement in another partition than others about its link',
      () => {
        const last = world.inputs.findLastIndex(isStatement);
        return { inputs: world.inputs.map((each, i) => (i === last ? { ...each, partition: 1 } : each)) };
      },
      ['link-misplaced'],
    ],
    [
      'statements about somebody who has no document',
      () => ({ documents: world.documents.filter(({ _id }) => _id !== 'd') }),
      ['document-missing', 'links-differ', 'output-unexpected'],
    ],
  ])('names %s', async (_, tamper, expected) => {
    expect(await found(tamper())).toEqual(expected);
  });

  it('does not miss a document of who has left: the database forgets it after some days', async () => {
    expect(world.links.filter(({ link }) => link === undefined)).toHaveLength(1);
    expect(await found({ links: world.links.filter(({ link }) => link !== undefined) })).toEqual([]);
  });

  it('names a customer whose partition is another than all statements say', async () => {
    const moved = {
      inputs: world.inputs.map((each) => (each.key?.toString() === 'd' ? { ...each, partition: 1 } : each)),
    };
    const router = { routes: new Map<string, string>(), partitionOf: (id: string) => (id === 'd' ? 1 : 0) };
    const { violationCounts } = await verify({ ...sourcesOf({ ...world, ...moved }), router });
    expect(Object.keys(violationCounts).sort()).toEqual(['link-misplaced', 'output-misplaced']);
  });
});
