/** What each audience was told of each customer, as subscribers see it: a chain by each name, with gaps in the versions. */
import { canonical, digestOf } from './canonical.ts';
import { AUDIENCE_RECORDS, type Audience, AUDIENCES } from './contracts.ts';
import type { Find } from './findings.ts';
import { coordinates } from './inputs.ts';
import { numberOf, textOf, type Tree } from './read.ts';
import { type Named, type NamedSettings, says } from './names.ts';
import type { JudgeSettings, LogRecord } from './types.ts';
import { customerOf, decodeValue } from './verdict.ts';

export interface Told extends Pick<Named, 'key'> {
  /** By which name of the customer. */
  readonly name: string;
  readonly partition: number;
  readonly offset: number;
  readonly version: number;
  /** Null, with a tombstone: it does not say. */
  readonly previousVersion: number | null;
  readonly occurredAt: number | null;
  /** Of the view in canonical form. */
  readonly digest: string;
}

export const viewDigest = (view: Tree | null): string => digestOf(canonical(view));

/** Of the view of who may see nothing. */
export const NOTHING = viewDigest(null);

export interface Heard {
  /** What an audience was told of a customer, in order. */
  of(audience: Audience, customerId: string): readonly Told[];
  customers(): Iterable<string>;
}

type Found = { readonly customerId: string; readonly told: Told } | null;

/** Reads one record of an audience's topic and judges what it says of itself; null when it cannot be placed. */
export const toldOf = (
  record: LogRecord,
  audience: Audience,
  { names, ...settings }: NamedSettings,
  find: Find,
): Found => {
  const type = AUDIENCE_RECORDS[audience];
  const read = record.value === null ? tombstone(record) : readTold(record, type, settings);
  if (read === null) {
    find('audience-unreadable', customerOf(record), coordinates(record));
    return null;
  }
  const { name, eventId, told } = read;
  const where = `${coordinates(record)}, version ${told.version}`;
  const named = names.of(audience, name);
  if (named === null) find('audience-name', null, where);
  const { customerId, key } = named ?? { customerId: name, key: null };
  if (key !== null && says(record, customerId)) find('audience-plain', customerId, where);
  if (customerOf(record) !== name) find('audience-misplaced', customerId, `${where}: the key`);
  const id = `${name}:${told.version}`;
  const expected = { eventId: [eventId, id], ce_id: [header(record, 'ce_id'), id] } as const;
  const ofType = [header(record, 'ce_type'), `customerprofile.${type}`] as const;
  for (const [what, [said, meant]] of Object.entries({ ...expected, ce_type: ofType })) {
    if (said !== meant) find('audience-envelope', customerId, `${where}: ${what}`);
  }
  return { customerId, told: { ...told, name, key } };
};

/** Null also when there is more than one. */
const header = ({ headers }: LogRecord, name: string): string | null => {
  const values = [headers[name]].flat();
  return values.length === 1 ? (values[0]?.toString() ?? null) : null;
};

interface Read {
  readonly name: string;
  readonly eventId: string | null;
  readonly told: Omit<Told, keyof Named | 'name'>;
}

const readTold = (
  { partition, offset, value }: LogRecord,
  record: string,
  { schemas }: Pick<JudgeSettings, 'schemas'>,
): Read | null => {
  const decoded = decodeValue(value, record, schemas);
  if (!('event' in decoded)) return null;
  const { eventId, customerId, version, previousVersion, occurredAt, ...view } = decoded.event;
  const envelope = { eventId, customerId, version, previousVersion, occurredAt };
  return {
    name: textOf(envelope, 'customerId') ?? '',
    eventId: textOf(envelope, 'eventId'),
    told: {
      partition,
      offset,
      version: numberOf(envelope, 'version') ?? 0,
      previousVersion: numberOf(envelope, 'previousVersion') ?? 0,
      occurredAt: numberOf(envelope, 'occurredAt') ?? 0,
      digest: viewDigest(view),
    },
  };
};

/** Only the header says of which version it is. */
const tombstone = (record: LogRecord): Read | null => {
  const name = customerOf(record);
  const eventId = header(record, 'ce_id');
  const version = Number(/:(\d+)$/.exec(eventId ?? '')?.[1]);
  if (name === null || !Number.isSafeInteger(version)) return null;
  const { partition, offset } = record;
  const told = { partition, offset, version, previousVersion: null, occurredAt: null, digest: NOTHING };
  return { name, eventId, told };
};

/** Collects what was told, and judges each link. */
export const createHeard = (find: Find): Heard & { add(audience: Audience, found: Found): void } => {
  const byAudience = new Map(AUDIENCES.map((audience) => [audience, new Map<string, Told[]>()]));
  return {
    of: (audience, customerId) => byAudience.get(audience)?.get(customerId) ?? [],
    customers: () => new Set(byAudience.values().flatMap((customers) => customers.keys())),
    add: (audience, found) => {
      if (found === null) return;
      const { customerId, told } = found;
      const customers = byAudience.get(audience);
      const before = customers?.get(customerId) ?? [];
      const last = before.at(-1);
      const where = `${audience} ${told.partition}:${told.offset}, version ${told.version} after ${last?.version ?? 0}`;
      const goesOn = last?.name === told.name ? last : undefined;
      // With one version a name ends and another begins.
      const grows = told.version > (last?.version ?? 0) || (!goesOn && told.version === last?.version);
      const isNext = told.previousVersion === null || told.previousVersion === (goesOn?.version ?? 0);
      const isAlone = goesOn !== undefined || (last?.digest ?? NOTHING) === NOTHING;
      if (!grows || !isNext) find('audience-chain', customerId, where);
      else if (!isAlone) find('audience-name', customerId, `${where}: the one before has not ended`);
      else if (told.digest === (goesOn?.digest ?? NOTHING)) find('audience-unchanged', customerId, where);
      if (!grows) return;
      before.push(told);
      customers?.set(customerId, before);
    },
  };
};
