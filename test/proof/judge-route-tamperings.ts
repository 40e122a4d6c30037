/** What was sent on of an input that is keyed by something else, tampered with. */
import type { JudgeSettings, LogRecord } from '../../proof/judge/judge.ts';
import { anOrder } from '../helpers/domain.ts';
import { eventWorld } from '../helpers/traffic-world.ts';
import { endsOf, type Left, leftIn, SETTINGS } from './judge-evidence.ts';

export const ROUTE_SETTINGS: JudgeSettings = { ...SETTINGS, rekeyed: ['order-finalized'] };

export const sentOn = async (): Promise<Left> =>
  leftIn(
    await eventWorld(
      ['anna', 'bert', 'anna'].map((customerId, number) =>
        anOrder({ customerId, orderId: `o-${number}`, eventId: `e-${number}` }),
      ),
      { batch: 1, rekeyed: ROUTE_SETTINGS.rekeyed },
    ),
  );

const isSentOn = ({ topic }: LogRecord): boolean => topic === 'order-finalized.by-customer';

/** With other messages in place of those that were sent on. */
const instead = (left: Left, change: (records: readonly LogRecord[]) => readonly LogRecord[]): Left => {
  const inputs = [...left.inputs.filter((record) => !isSentOn(record)), ...change(left.inputs.filter(isSentOn))];
  const ends = endsOf(inputs);
  return { ...left, inputs, committed: ends, logEnds: ends };
};

const first = (change: (record: LogRecord) => Partial<LogRecord>) => (left: Left) =>
  instead(left, ([record, ...others]) => (record ? [{ ...record, ...change(record) }, ...others] : others));

const header = (name: string, said: string | undefined) =>
  first(({ headers }) => ({ headers: { ...headers, [name]: said } }));

export const ROUTE_TAMPERINGS: [what: string, tamper: (left: Left) => Left, expected: string[]][] = [
  [
    'a message was sent on twice',
    (left) => instead(left, (records) => [...records, ...records.slice(-1).map((each) => ({ ...each, offset: 9 }))]),
    ['route-repeated'],
  ],
  ['a header of a message that was sent on is lost', header('traceparent', 'of nobody'), ['route-altered']],
  ['a message says another time at which it was sent', header('origin-timestamp', '1'), ['route-altered']],
  [
    'a message says that it comes from where there was none',
    header('origin-offset', '77'),
    ['route-missing', 'route-unexpected'],
  ],
  [
    'a message was sent on to another partition',
    first(() => ({ partition: 3 })),
    [
      ...['audience-last', 'audience-view', 'cause-unknown', 'dead-letter-missing'],
      ...['facts-differ', 'output-differs', 'profile-differs', 'route-misplaced'],
    ],
  ],
  [
    'two messages of a partition have overtaken each other',
    (left) =>
      instead(left, ([one, two, three]) =>
        one && two && three ? [{ ...two, offset: one.offset }, { ...one, offset: two.offset }, three] : [],
      ),
    ['marker-implausible', 'route-reorder'],
  ],
];
