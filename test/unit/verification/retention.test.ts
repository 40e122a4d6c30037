/** What verification makes of retention and of the archive: nothing is wrong with what a correct system leaves, and each promise is missed. */
import type { InboundRecord } from '../../../src/pipeline/ports.ts';
import { verify, type VerificationReport } from '../../../src/verification/index.ts';
import type { World } from '../../helpers/traffic-world.ts';
import { ARCHIVE_TAMPERINGS } from './archive-tamperings.ts';
import { DECISION_TAMPERINGS } from './decision-tamperings.ts';
import { NOW, retentionWorld } from './retention-world.ts';
import { audiencesOf, kinds, sourcesOf } from './sources.ts';

let world: World;
beforeAll(async () => {
  world = await retentionWorld();
});

const verified = (tampered: Partial<World> = {}, muted = false): Promise<VerificationReport> => {
  const all = { ...world, ...tampered };
  return verify({ ...sourcesOf(all), audiences: audiencesOf(all, muted) });
};

describe('verification of retention', () => {
  it('finds nothing wrong with what a correct system leaves', async () => {
    expect(world.decisions.map(({ outcome, scope }) => `${outcome} ${scope}`)).toEqual([
      ...['erased customer', 'archived customer', 'archived customer', 'archived customer', 'erased customer'],
      ...['minimised customer', 'minimised customer', 'erased customer', 'held customer', 'erased entries'],
      ...['archived entries', 'kept customer', 'kept customer'],
    ]);
    const report = await verified();
    expect(report.violations).toEqual([]);
    expect(report).toMatchObject({ erased: 3, archived: 1, returned: 0 });
    expect(kinds(await verified({}, true))).toEqual([]);
  });

  it.each([...DECISION_TAMPERINGS, ...ARCHIVE_TAMPERINGS])('names %s', async (_, tamper, expected) => {
    expect(kinds(await verified(await tamper(world)))).toEqual(expected);
  });

  it.each([false, true])(
    'names a null that an audience was not told of who is away, though it may be muted: %s',
    async (muted) => {
      const isMeant = ({ topic, key, value }: InboundRecord): boolean =>
        topic === 'customer-updated.fraud' && key?.toString() === 'away' && value === null;
      expect(kinds(await verified({ heard: world.heard.filter((each) => !isMeant(each)) }, muted))).toEqual([
        'audience-differs',
      ]);
    },
  );

  it.each([
    ['before', []],
    ['after', ['dead-letter-missing']],
  ])('knows that the letter of what was sent %s an erasure may be gone', async (when, expected) => {
    const timestamp = Date.parse(NOW) + (when === 'before' ? -1 : 1);
    const deadLetters = world.deadLetters.filter(({ key }) => key === null);
    expect(deadLetters).toHaveLength(world.deadLetters.length - 1);
    const inputs = world.inputs.map((record) => (isBroken(world, record) ? { ...record, timestamp } : record));
    expect(kinds(await verified({ deadLetters, inputs }))).toEqual(expected);
  });
});

/** The one message of which there is a whole letter. */
const isBroken = ({ deadLetters }: World, { topic, offset }: InboundRecord): boolean => {
  const { headers } = deadLetters.find(({ key }) => key !== null) ?? {};
  return topic === headers?.['dlq-topic'] && String(offset) === headers['dlq-offset'];
};
