/** What is sent of customers who are to be erased: all that may be said of them, and a message for every reason to refuse one. */
import { recordType, type SchemaIds } from '../../src/adapters/registry/schemas.ts';
import { frame } from '../../src/adapters/registry/wire.ts';
import type { RefusalReason } from '../../src/domain/refusal.ts';
import type { OutboundRecord } from '../../src/pipeline/ports.ts';
import { idOf, planted, type Planted, plantedEvent, type PlantedType, type Said } from './planted.ts';

export interface Sending {
  readonly schemaIds: SchemaIds;
  readonly prefix: string;
  readonly partitions: number;
  readonly partitionOf: (key: string) => number;
}

const TOPICS: Readonly<Record<PlantedType, string>> = {
  OrderFinalized: 'order-finalized',
  ContractSigned: 'contract-signed',
  PrivacyRequested: 'privacy-requested',
};

export interface Told {
  readonly type: PlantedType;
  readonly event: Planted;
}

const request = (n: number, kind: string, at: number, said: Said = {}): Told => ({
  type: 'PrivacyRequested',
  event: plantedEvent('PrivacyRequested', n, kind, at, { kind, caseReference: planted(n, 'case'), ...said }),
});

/** Everything is applied, and counts. */
export const lifeOf = (n: number, at: number): Told[] => [
  ...['order', 'second-order', 'third-order'].map((what, after): Told => ({
    type: 'OrderFinalized',
    event: plantedEvent('OrderFinalized', n, what, at - 2 + after),
  })),
  { type: 'ContractSigned', event: plantedEvent('ContractSigned', n, 'contract', at + 1) },
  request(n, 'consentChanged', at + 2),
  request(n, 'restrict', at + 3),
  request(n, 'liftRestriction', at + 4),
  request(n, 'legalHold', at + 5),
];

export const releaseOf = (n: number, at: number): Told => request(n, 'releaseHold', at + 7);
export const erasureOf = (n: number, at: number): Told => request(n, 'erase', at, { eventId: planted(n, 'erasure') });

const headersOf = (n: number) => ({ [planted(n, 'header-name')]: planted(n, 'header') });

export const recordOf = ({ schemaIds, prefix }: Sending, n: number, { type, event }: Told): OutboundRecord => ({
  ...{ topic: prefix + TOPICS[type], key: event.customerId, headers: headersOf(n) },
  value: frame(schemaIds[type], recordType(type).toBuffer(event)),
});

/** Everything is refused, each for its own reason, after the life and before the hold is released. */
export const refusedOf = (sending: Sending, n: number, at: number): Partial<Record<RefusalReason, OutboundRecord>> => {
  const { schemaIds, partitions, partitionOf } = sending;
  const order = (what: string, said: Said = {}, from = at): OutboundRecord =>
    recordOf(sending, n, { type: 'OrderFinalized', event: plantedEvent('OrderFinalized', n, what, from, said) });
  const good = order('good');
  const body = good.value ?? Buffer.alloc(0);
  return {
    'missing-key': { ...order('keyless'), key: null },
    'key-mismatch': { ...order('of-another'), key: 'of-somebody-else' },
    misplaced: { ...order('misplaced'), partition: (partitionOf(idOf(n)) + 1) % partitions },
    'empty-value': { ...good, value: null },
    'not-confluent-format': { ...good, value: Buffer.from(JSON.stringify({ name: planted(n, 'json') })) },
    'unknown-schema': { ...good, value: frame(2_000_000_011, body.subarray(5)) },
    'wrong-schema': { ...good, value: frame(schemaIds.ContractSigned, body.subarray(5)) },
    undecodable: { ...good, value: body.subarray(0, -2) },
    'invalid-value': order('invalid', { birthDate: planted(n, 'no-date'), currency: planted(n, 'no-currency') }),
    'from-the-future': order('future', {}, Date.now() + 86_400_000),
    'legal-hold': recordOf(sending, n, request(n, 'erase', at + 6)),
  };
};
