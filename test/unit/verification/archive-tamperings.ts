/** What nobody may have done to the archive, and to what is left of who lies there, each with what verification calls it. */
import { emptyFacts } from '../../../src/domain/facts.ts';
import { decodeUpdate, encodeUpdate, type World } from '../../helpers/traffic-world.ts';
import { changed, documentOf, entryOf, found, isOf, lies, liesOf, stub, type Tampering, without } from './tampering.ts';

/** The last version of somebody calls the customer archived. */
const archivedLast =
  (id: string) =>
  async ({ outputs, documents, stubs }: World): Promise<Partial<World>> => {
    const last = outputs.findLastIndex(isOf(id));
    const event = await decodeUpdate(outputs[last]?.value ?? null);
    const profile = found(stubs, documentOf('away')).profile;
    if (event === null || profile === null) throw new Error('nothing to tamper with');
    const value = encodeUpdate({ ...event, profile, changedPaths: Object.keys(event.profile) });
    return {
      outputs: outputs.map((record, i) => (i === last ? { ...record, value } : record)),
      documents: changed(documents, documentOf(id), () => ({ profile })),
    };
  };

export const ARCHIVE_TAMPERINGS: Tampering[] = [
  [
    'what lies in the archive of who is away, gone',
    ({ archive }) => ({ archive: without(archive, entryOf('away')) }),
    ['archive-missing'],
  ],
  [
    'orders that never arrived in the archive',
    ({ archive }) => ({ archive: without(archive, entryOf('filed')) }),
    ['archive-missing'],
  ],
  [
    'an entry that cannot be opened',
    lies('away', () => ({ content: () => null })),
    ['archive-damaged', 'archive-missing'],
  ],
  [
    'an entry about somebody else',
    lies('filed', ({ content }) => ({
      content: () => ({ customerId: 'stays', facts: content()?.facts ?? emptyFacts }),
    })),
    ['archive-damaged', 'archive-missing'],
  ],
  [
    'an entry that holds less than was known',
    lies('away', ({ content, record }) => ({
      content: () => ({ customerId: 'away', facts: { ...(content()?.facts ?? emptyFacts), party: {} } }),
      record,
    })),
    ['archive-differs', 'archive-missing'],
  ],
  [
    'an entry that holds less than left',
    lies('filed', () => ({ content: () => ({ customerId: 'filed', facts: emptyFacts }) })),
    ['archive-differs', 'archive-missing'],
  ],
  [
    'an entry that says a name to statistics',
    lies('away', () => ({ record: () => '{"name":"Ada"}' })),
    ['archive-differs'],
  ],
  [
    'an entry under another name than what it says',
    lies('filed', ({ _id }) => ({ _id: `${_id}x` })),
    ['archive-differs'],
  ],
  ['an entry of another time', lies('filed', ({ at }) => ({ at: at + 1 })), ['archive-missing', 'archive-unexpected']],
  ['an entry of who has come back', liesOf('back'), ['archive-unexpected']],
  ['an entry of who is erased', liesOf('gone'), ['archive-unexpected']],
  ['an entry of who was erased from the archive', liesOf('purged'), ['archive-unexpected']],
  ['an entry of nobody', liesOf('nobody'), ['archive-unexpected']],
  [
    'a stub that says who is away',
    stub('away', () => ({ facts: { ...emptyFacts, orders: { x: never() } } })),
    ['facts-differ'],
  ],
  [
    'a stub that shows a profile',
    ({ stubs, documents }) => ({
      stubs: changed(stubs, documentOf('away'), () => ({ profile: found(documents, documentOf('stays')).profile })),
    }),
    ['last-output-differs', 'profile-differs'],
  ],
  [
    'a stub that names another policy',
    stub('away', ({ archive }) => ({ ...(archive && { archive: { ...archive, policy: 'retention:p2' } }) })),
    ['archive-differs'],
  ],
  [
    'a stub that leads nowhere',
    stub('away', ({ archive }) => ({ ...(archive && { archive: { ...archive, version: 9 } }) })),
    ['archive-missing', 'archive-unexpected'],
  ],
  [
    'a stub that leads to another epoch',
    stub('away', ({ archive }) => ({ ...(archive && { archive: { ...archive, epoch: 999 } }) })),
    ['archive-missing'],
  ],
  [
    'a stub of who is away, gone',
    ({ stubs }) => ({ stubs: without(stubs, documentOf('away')) }),
    ['archive-unexpected', 'links-differ', 'output-unexpected', 'stub-missing'],
  ],
  [
    'a profile of who is away',
    ({ stubs, documents }) => ({
      stubs: without(stubs, documentOf('away')),
      documents: [...documents, { ...found(stubs, documentOf('away')), _id: 'away' }],
    }),
    ['profile-kept'],
  ],
  ['a version that calls somebody archived', archivedLast('stays'), ['archived-unexpected', 'profile-differs']],
  [
    'a version archived that nobody was told of',
    ({ outputs }) => {
      const last = outputs.findLastIndex(isOf('away'));
      return { outputs: outputs.filter((_, i) => i !== last) };
    },
    ['archive-differs', 'archive-unexpected', 'decision-differs', 'stub-unexpected'],
  ],
  [
    'no null of who was erased from the archive',
    ({ outputs }) => ({ outputs: without(outputs, (record) => isOf('purged')(record) && record.value === null) }),
    ['decision-differs', 'last-output-differs', 'tombstone-missing'],
  ],
];

const never = (): never => ({}) as never;
