/** What a case of the corpus is, and how one is built from what it says differently. */
import type { HeaderValue } from '../judge/types.ts';
import type { RefusalReason } from '../../src/domain/refusal.ts';
import { encodeAvro, type Shape, shapeOf } from './avro.ts';
import { type AnyType, fullEvent, type Said, withValueAt } from './events.ts';
import { type AvroWriter, type Ids, schemaOf } from './writers.ts';

export type Label = 'applied' | RefusalReason;

/** A message to be sent as it is. `timestamp` is the record's, ms. */
export interface Message {
  readonly topic: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, HeaderValue | HeaderValue[]>>;
  readonly timestamp: number;
}

export interface Case {
  /** Says what is wrong, or odd. Unique. */
  readonly name: string;
  readonly type: AnyType;
  readonly expected: Label;
  /** The field that the refusal names; null where it names none. */
  readonly field: string | null;
  /** Of an applied message: members that the decoded event has, those that are undefined aside. */
  said(at: number): Said;
  /** Without the configured prefix. `at`: when the record is written, ms; tolerance as by default. */
  make(ids: Ids, at?: number): Message;
}

/** `FUTURE_TOLERANCE_MS` as by default. */
export const TOLERANCE_MS = 300_000;
export const RECORDED_AT = Date.UTC(2026, 0, 1);

export const TOPICS = {
  OrderFinalized: 'order-finalized',
  ContractSigned: 'contract-signed',
  PrivacyRequested: 'privacy-requested',
  ProfileCommand: 'profile-command',
  CustomerLink: 'customer-link',
} as const;

/** In what a message differs from a full and right one. */
export interface Spec {
  readonly type?: AnyType;
  /** By default one that no other case has. */
  readonly customerId?: string;
  /** Members of the event. */
  readonly said?: Said | ((at: number) => Said);
  /** Values by their paths, after `said`. */
  readonly at?: Readonly<Record<string, unknown>> | ((at: number) => Readonly<Record<string, unknown>>);
  /** Which schema the value is written with. */
  readonly writer?: AvroWriter;
  /** Which schema it claims to be written with. */
  readonly claims?: (ids: Ids) => number;
  readonly key?: Buffer | string | null;
  readonly topic?: string;
  readonly body?: (body: Buffer) => Buffer;
  /** The whole value, framed, to something else. */
  readonly value?: (value: Buffer, ids: Ids) => Buffer | null;
  readonly headers?: Message['headers'];
  readonly timestamp?: (at: number) => number;
  /** Members of the decoded event where they are not those that were written. */
  readonly read?: Said;
}

const shapes = new Map<AvroWriter, Shape>();

export const shapeFor = (writer: AvroWriter): Shape => {
  const shape = shapes.get(writer) ?? shapeOf(schemaOf(writer));
  shapes.set(writer, shape);
  return shape;
};

/** The body of a message; every writer's own fields are given something. */
export const bodyOf = (writer: AvroWriter, event: Said): Buffer =>
  encodeAvro(shapeFor(writer), { ...OF_WRITERS, ...event });

const OF_WRITERS = {
  laterText: 'later',
  laterRecords: [{ note: 'later' }],
  laterDetails: { later: 5 },
  laterRatio: 0.5,
  nothings: [],
  lists: [['a'], []],
  chain: { next: null },
  number: 'invoice-1',
};

export const framed = (id: number, body: Uint8Array): Buffer => {
  const header = Buffer.alloc(5);
  header.writeUInt32BE(id, 1);
  return Buffer.concat([header, body]);
};

const resolved = <T>(given: T | ((at: number) => T) | undefined, at: number, otherwise: T): T =>
  given === undefined ? otherwise : typeof given === 'function' ? (given as (at: number) => T)(at) : given;

export const aCase = (name: string, expected: Label, spec: Spec, field: string | null = null): Case => {
  const { type = 'OrderFinalized', writer = type, claims = (ids: Ids) => ids[writer] } = spec;
  const customerId = spec.customerId ?? `garbage-${name.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`;
  const changed = (at: number): Said => {
    const changes = Object.entries(resolved(spec.at, at, {}));
    const event = { ...fullEvent(type, customerId, at), ...resolved(spec.said, at, {}) };
    return changes.reduce<Said>((changedEvent, [path, value]) => withValueAt(changedEvent, path, value), event);
  };
  return {
    name,
    type,
    expected,
    field,
    said: (at) => ({ ...changed(at), ...spec.read }),
    make: (ids, at = RECORDED_AT) => {
      const event = changed(at);
      const body = bodyOf(writer, event);
      const value = framed(claims(ids), spec.body?.(body) ?? body);
      const { key = type === 'CustomerLink' ? String(event['link']) : customerId } = spec;
      return {
        topic: spec.topic ?? TOPICS[type],
        key: typeof key === 'string' ? Buffer.from(key) : key,
        value: spec.value === undefined ? value : spec.value(value, ids),
        headers: spec.headers ?? {},
        timestamp: spec.timestamp?.(at) ?? at,
      };
    },
  };
};

/** A case that is refused for the value at one path; `field` where the refusal names another one. */
export const invalid = (type: AnyType, path: string, what: string, value: unknown, spec: Spec = {}): Case =>
  aCase(`${type}: ${path} ${what}`, 'invalid-value', { type, at: { [path]: value }, ...spec }, path);
