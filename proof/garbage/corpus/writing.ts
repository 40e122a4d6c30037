/** Writers ahead of us and behind, and headers of every sort: none of it is a reason to refuse. */
import { raw } from '../avro.ts';
import { aCase, type Case, type Spec } from '../cases.ts';

const applied = (name: string, spec: Spec): Case => aCase(name, 'applied', spec);

const NEXT = 'fromTheNextVersion';
/** Not compared with what was written, where a symbol of the next version becomes unknown. */
const UNKNOWN = { items: undefined, party: undefined, contactMediums: undefined, consents: undefined };

const writers: Case[] = [
  applied('an order of a newer writer', { writer: 'newerOrder' }),
  applied('an order of a newer writer with a state that we do not know', {
    writer: 'newerOrder',
    at: { state: NEXT },
    read: { state: 'unknown' },
  }),
  applied('an order of a newer writer with symbols that we do not know everywhere', {
    writer: 'newerOrder',
    at: {
      'items[0].action': NEXT,
      'items[1].state': NEXT,
      'party.partyType': NEXT,
      'contactMediums[0].mediumType': NEXT,
      'contactMediums[1].validation': NEXT,
      'paymentMethod.methodType': NEXT,
    },
    read: { ...UNKNOWN, paymentMethod: { methodType: 'unknown', fingerprint: 'fingerprint-1' } },
  }),
  applied('a contract of a newer writer', { type: 'ContractSigned', writer: 'newerContract' }),
  applied('a contract of a newer writer with consents to what we do not know', {
    type: 'ContractSigned',
    writer: 'newerContract',
    at: { 'consents[0].purpose': NEXT, 'consents[1].channel': NEXT },
    read: UNKNOWN,
  }),
  ...[Number.NaN, Number.NEGATIVE_INFINITY].map((laterRatio) =>
    applied(`an order of a newer writer with ${laterRatio} where we do not read`, {
      writer: 'newerOrder',
      said: { laterRatio },
    }),
  ),
  applied('an order of an older writer', {
    writer: 'olderOrder',
    read: { paymentMethod: null, deviceFingerprint: null, deliveryAddress: null, contactMediums: [] },
  }),
  applied('a contract of an older writer', {
    type: 'ContractSigned',
    writer: 'olderContract',
    read: { identification: null, creditProfile: null, languages: [], consents: [], autoRenews: false },
  }),
  applied('an order of a writer with another order of fields', { writer: 'reversedOrder' }),
  applied('an order of a writer with an int for a long, and bytes for a string', { writer: 'narrowOrder' }),
  applied('an order of a writer with a list of lists', { writer: 'nestedOrder' }),
  applied('an order of a writer with a chain of 100 links', {
    writer: 'recursiveOrder',
    said: { chain: chainOf(100) },
  }),
  aCase('an order of a writer with a chain of 900,000 links', 'undecodable', {
    writer: 'recursiveOrder',
    said: { chain: raw(Buffer.alloc(900_000, 2), [0]) },
  }),
  aCase('the tail of a newer writer’s order is missing', 'undecodable', {
    writer: 'newerOrder',
    body: (body) => body.subarray(0, -2),
  }),
  aCase('an order of a newer writer that claims to be of ours', 'undecodable', {
    writer: 'newerOrder',
    claims: ({ OrderFinalized }) => OrderFinalized,
  }),
  aCase(
    'an order of a newer writer with a value that is not allowed',
    'invalid-value',
    { writer: 'newerOrder', at: { orderVersion: -1 } },
    'orderVersion',
  ),
];

function chainOf(links: number): unknown {
  let chain: unknown = { next: null };
  for (let made = 1; made < links; made++) chain = { next: chain };
  return chain;
}

const headed = (what: string, headers: NonNullable<Spec['headers']>): Case => applied(`headers: ${what}`, { headers });

const headers: Case[] = [
  headed('of an event of CloudEvents that is another one', {
    ce_id: 'other',
    ce_type: 'telco.Other',
    ce_specversion: '9',
  }),
  headed('twice the same', { ce_id: ['one', 'two'], traceparent: ['', ''] }),
  headed('not UTF-8', { 'x-bytes': Buffer.from([0xff, 0xfe, 0]), ce_id: Buffer.from([0xc3]) }),
  headed('without values', { 'x-none': null, ce_id: null, traceparent: ['00', null] }),
  headed('twice what every object has', { constructor: ['x', 'y'], __defineGetter__: ['x', 'y'] }),
  headed('empty names and values', { '': '', 'x-empty': Buffer.alloc(0) }),
  headed('a thousand', Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`x-${i}`, 'y'.repeat(100)]))),
  headed('one of 100,000 bytes', { bomb: 'x'.repeat(100_000) }),
  headed('members of objects', Object.fromEntries(['__proto__', 'constructor', 'toString'].map((name) => [name, 'x']))),
  headed('those of a dead letter', { 'dlq-reason': 'undecodable', 'dlq-attempt': '3', 'dlq-topic': 'order-finalized' }),
  headed('a content type that says JSON', { 'content-type': 'application/json' }),
  headed('a broken traceparent', { traceparent: '00-zz-zz-zz', tracestate: '\0' }),
  aCase('a refused message whose headers tell of attempts without number', 'undecodable', {
    headers: { 'dlq-attempt': ['x', '-1', '1e999'] },
    body: (body) => body.subarray(0, -1),
  }),
  aCase('a refused message whose headers tell of another reason', 'undecodable', {
    headers: { 'dlq-reason': ['missing-key', 'applied'], 'dlq-field': 'orderId', __proto__x: 'y' },
    body: (body) => body.subarray(0, -1),
  }),
  aCase('a refused message with headers that have no values', 'undecodable', {
    headers: { 'x-none': null, 'dlq-attempt': null, 'x-some': ['x', null, ''] },
    body: (body) => body.subarray(0, -1),
  }),
  aCase('a refused message with headers named as members of objects', 'undecodable', {
    headers: Object.fromEntries(['__proto__', 'constructor', 'toString'].map((name) => [name, 'x'])),
    body: (body) => body.subarray(0, -1),
  }),
  aCase('a refused message with 30,000 headers', 'undecodable', {
    headers: Object.fromEntries(Array.from({ length: 30_000 }, (_, i) => [`x-${i}`, 'y'])),
    body: (body) => body.subarray(0, -1),
  }),
];

const sizes: Case[] = [
  aCase('a text of 900,000 characters', 'invalid-value', { at: { channel: 'x'.repeat(900_000) } }, 'channel'),
  aCase('an identifier of 900,000 characters', 'invalid-value', { at: { orderId: 'x'.repeat(900_000) } }, 'orderId'),
  aCase('900,000 random-looking bytes', 'undecodable', {
    body: () => Buffer.from(Array.from({ length: 900_000 }, (_, i) => ((i * 2_654_435_761) >>> 24) | 1)),
  }),
];

export const writingCases: readonly Case[] = [...writers, ...headers, ...sizes];
