/** Statements around the time of their record: the tolerance to the millisecond, and records with odd timestamps. */
import { aCase, type Case, TOLERANCE_MS } from '../cases.ts';
import type { EventType } from '../events.ts';
import { STATEMENTS } from './fields.ts';

const DAY_MS = 86_400_000;

const dated = (type: EventType, path: string): Case[] => {
  const after = (what: string, ms: number, expected: 'applied' | 'from-the-future'): Case =>
    aCase(
      `${type}: ${path} ${what}`,
      expected,
      { type, at: (at) => ({ [path]: at + ms }) },
      expected === 'applied' ? null : path,
    );
  return [
    after('at the time of the record', 0, 'applied'),
    after('a millisecond within the tolerance', TOLERANCE_MS - 1, 'applied'),
    after('at the edge of the tolerance', TOLERANCE_MS, 'applied'),
    after('a millisecond beyond the tolerance', TOLERANCE_MS + 1, 'from-the-future'),
    after('a day ahead', DAY_MS, 'from-the-future'),
    aCase(
      `${type}: ${path} in the last year of all`,
      'from-the-future',
      { type, at: { [path]: Date.UTC(2199, 5, 1) } },
      path,
    ),
  ];
};

const TYPES: readonly EventType[] = ['OrderFinalized', 'ContractSigned'];

const records: Case[] = TYPES.flatMap((type) => [
  aCase(`${type}: the record is as old as time`, 'from-the-future', { type, timestamp: () => 1 }, 'occurredAt'),
  aCase(`${type}: the record is older than its event by the tolerance`, 'applied', {
    type,
    timestamp: (at) => at - 1_000 - TOLERANCE_MS,
  }),
  aCase(
    `${type}: the record is older than its event by more than the tolerance`,
    'from-the-future',
    { type, timestamp: (at) => at - 1_001 - TOLERANCE_MS },
    'occurredAt',
  ),
  aCase(`${type}: the event is late by a hundred years`, 'applied', { type, at: { occurredAt: Date.UTC(1926, 0, 1) } }),
  aCase(`${type}: what is planned lies ahead`, 'applied', {
    type,
    at: (at) =>
      type === 'OrderFinalized'
        ? { 'items[0].startDate': at + 9_000 * DAY_MS, completionDate: at + 9_000 * DAY_MS }
        : { 'period.endDateTime': at + 9_000 * DAY_MS, signedAt: at + 9_000 * DAY_MS },
  }),
]);

export const timeCases: readonly Case[] = [
  ...TYPES.flatMap((type) => STATEMENTS[type].flatMap((path) => dated(type, path))),
  ...records,
];
