/** What verification makes of an audience that knows customers by names, when the key has been given and exchanged. */
import { recordType } from '../../../src/adapters/registry/schemas.ts';
import { bodyOf } from '../../../src/adapters/registry/wire.ts';
import { churn } from '../../../src/domain/audiences/churn.ts';
import { underKey } from '../../../src/pipeline/pseudonyms.ts';
import type { InboundRecord } from '../../../src/pipeline/ports.ts';
import { verify, type Violation } from '../../../src/verification/index.ts';
import { aContract, anOrder, aRefresh } from '../../helpers/domain.ts';
import { eventWorld, type World } from '../../helpers/traffic-world.ts';
import { sourcesOf } from './sources.ts';

const KEYS = ['the first key of these tests', 'and the second key of them'] as const;
const type = recordType('ChurnProfileUpdated');

/** Of one customer, told by the id, under a key, by the id again, and under another key. */
let world: World;
let heard: InboundRecord[];
beforeAll(async () => {
  const events = [
    ...[aContract({ eventId: 'signed' }), anOrder({ eventId: 'second', orderId: 'o-2' })],
    ...[anOrder({ eventId: 'third', orderId: 'o-3' }), aRefresh({ eventId: 'refresh' })],
  ];
  const keys = [undefined, KEYS[0], undefined, KEYS[1]];
  world = await eventWorld(events, { batch: 1, churnKey: (attempt) => keys[Math.min(attempt, keys.length) - 1] });
  heard = world.heard.filter(({ topic }) => topic === 'customer-updated.churn');
});

// eslint-disable-next-line @typescript-eslint/require-await
const stream = async function* <T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
};

const violations = async (records = heard, key: string | undefined = KEYS[1]): Promise<readonly Violation[]> => {
  const decode = (value: Buffer) => Promise.resolve(type.fromBuffer(bodyOf(value)) as object);
  const source = { ...underKey(churn, key), records: stream(records), decode };
  return (await verify({ ...sourcesOf(world), audiences: [source] })).violations;
};

const kindsOf = async (...said: Parameters<typeof violations>) =>
  [...new Set((await violations(...said)).map(({ kind }) => kind))].sort();

it('finds nothing wrong with names that end and begin, the same one again as well', async () => {
  expect(heard.map(({ key, value }) => `${String(key)}${value === null ? ' ends' : ''}`)).toHaveLength(7);
  expect(await violations()).toEqual([]);
});

it('finds a customer who is known by a name that is given up', async () => {
  expect(await kindsOf(heard, KEYS[0])).toEqual(['audience-differs']);
});

it.each([1, 3, 5])('finds a name that has not ended (%i)', async (at) => {
  expect(heard[at]?.value).toBeNull();
  expect(await kindsOf(heard.filter((_, i) => i !== at))).not.toEqual([]);
});

it('finds a name that begins anew although it has not ended', async () => {
  const [first] = heard;
  if (first === undefined) throw new Error('nothing was told');
  expect(await kindsOf([first, ...heard])).toContain('audience-chain-broken');
});
