/** What is left of customers who were erased, and of those who came back or must not be erased. */
import type { JudgeSettings, LogRecord, StoredStub } from '../../proof/judge/judge.ts';
import { stubIdOf } from '../../proof/judge/keyed.ts';
import { recordType } from '../../src/adapters/registry/schemas.ts';
import { frame } from '../../src/adapters/registry/wire.ts';
import type { InputEvent } from '../../src/domain/events.ts';
import type { ProfileDocument } from '../../src/pipeline/document.ts';
import { aConsent, aContract, anEmail, anOrder, aRequest } from '../helpers/domain.ts';
import { ERASURE_KEY, eventWorld, SCHEMA_IDS } from '../helpers/traffic-world.ts';
import { endsOf, type Left, leftIn, SETTINGS } from './judge-evidence.ts';

export const KEY = ERASURE_KEY;

export const ERASURE_SETTINGS: JudgeSettings = { ...SETTINGS, erasureKeys: [KEY] };

export const RECORDED_AT = Date.UTC(2026, 0, 1);
/** After everything else was recorded, but for what comes back. */
export const T = RECORDED_AT + 1000;
export const EMAIL = 'ada@example.com';

export const order = (customerId: string, eventId: string, occurredAt: number) =>
  anOrder({ customerId, eventId, orderId: `order-${eventId}`, occurredAt, contactMediums: [anEmail(EMAIL)] });

export const request = (
  customerId: string,
  eventId: string,
  occurredAt: number,
  said: Parameters<typeof aRequest>[0],
) => aRequest({ customerId, eventId, occurredAt, ...said });

const EVENTS: InputEvent[] = [
  aContract({
    ...{ customerId: 'gone-1', eventId: 'g-1', occurredAt: 1, consents: [aConsent({ decidedAt: 1 })] },
    contactMediums: [anEmail(EMAIL)],
  }),
  order('gone-1', 'g-2', 2),
  request('gone-1', 'g-erase', T, { kind: 'erase' }),
  order('back-1', 'b-1', 1),
  request('back-1', 'b-erase', T, { kind: 'erase' }),
  order('back-1', 'b-2', T + 1),
  order('held-1', 'h-1', 1),
  request('held-1', 'h-hold', 2, { kind: 'legalHold', caseReference: 'case-1' }),
  order('never-1', 'n-1', 1),
];

export const recordOf = ({ type, event }: InputEvent, topic: string, offset: number): LogRecord => ({
  ...{ topic, partition: 0, offset, timestamp: RECORDED_AT, key: Buffer.from(event.customerId) },
  ...{ value: frame(SCHEMA_IDS[type], recordType(type).toBuffer(event)), headers: { trace: 'x' } },
});

export const letterOf = (record: LogRecord, reason: string, offset: number, isBare: boolean): LogRecord => ({
  ...{ topic: `${record.topic}.dlq`, partition: record.partition, offset, timestamp: RECORDED_AT },
  ...{ key: isBare ? null : record.key, value: isBare ? null : record.value },
  headers: {
    ...(isBare ? {} : record.headers),
    ...{ 'dlq-reason': reason, 'dlq-field': '', 'dlq-detail': 'It must not be.', 'dlq-topic': record.topic },
    ...{ 'dlq-partition': String(record.partition), 'dlq-offset': String(record.offset) },
    ...{ 'dlq-timestamp': String(record.timestamp), 'dlq-attempt': '1' },
  },
});

export const LATE = recordOf(order('gone-1', 'g-late', 5), 'order-finalized', 100);
export const BROKEN: LogRecord = { ...LATE, offset: 101, value: LATE.value?.subarray(0, 9) ?? null };
export const HELD = recordOf(request('held-1', 'h-erase', T, { kind: 'erase' }), 'privacy-requested', 100);

export const stubOf = (document: ProfileDocument): StoredStub => ({
  ...document,
  _id: stubIdOf(KEY, document._id),
  profile: null,
  pending: null,
  recordedAt: new Date(RECORDED_AT),
});

/** `gone-1` was erased, `back-1` has come back, `held-1` must not be erased, and `never-1` was never asked for. */
export const erased = async (): Promise<Left> => {
  const left = leftIn(await eventWorld(EVENTS, { batch: 1 }));
  const inputs = [...left.inputs, LATE, BROKEN, HELD];
  const ends = endsOf(inputs);
  return {
    ...left,
    ...{ inputs, committed: ends, logEnds: ends },
    deadLetters: [
      letterOf(LATE, 'before-erasure', 0, true),
      letterOf(BROKEN, 'undecodable', 1, true),
      letterOf(HELD, 'legal-hold', 0, false),
    ],
  };
};
