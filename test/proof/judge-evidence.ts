/** Evidence for the judge: what a correct system leaves, without servers, and ways to tamper with it. */
import { readFileSync } from 'node:fs';
import { Binary } from 'mongodb';
import {
  type Evidence,
  judge,
  type Judgement,
  type JudgeSettings,
  type LogRecord,
  type StoredChunk,
  type StoredDecision,
  type StoredEntry,
  type StoredLink,
  type StoredStub,
  type Rules,
} from '../../proof/judge/judge.ts';
import { type Content, pack } from '../../src/adapters/mongodb/archive-box.ts';
import { mapFactKeys, escapeKey } from '../../src/adapters/mongodb/keys.ts';
import type { CustomerUpdated } from '../../src/domain/generated/CustomerUpdated.ts';
import type { ProfileDocument } from '../../src/pipeline/document.ts';
import type { TrafficOptions } from '../../src/traffic/index.ts';
import { EXAMPLE_SEGMENTS } from '../helpers/rules.ts';
import {
  decodeUpdate,
  encodeUpdate,
  ERASURE_KEY,
  type Playing,
  SCHEMA_IDS,
  trafficWorld,
  type World,
} from '../helpers/traffic-world.ts';

export const schemaOf = (record: string): object =>
  JSON.parse(readFileSync(new URL(`../../schemas/${record}.avsc`, import.meta.url), 'utf8')) as object;

const json = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));

/** The files of `RULES`. */
export const JUDGED_RULES: Rules = { segments: null, completeness: json('rules/completeness.json') };

/** The files of `SEGMENTED`. */
export const JUDGED_SEGMENTED: Rules = { ...JUDGED_RULES, segments: json(EXAMPLE_SEGMENTS) };

export const SETTINGS: JudgeSettings = {
  prefix: '',
  futureToleranceMs: 300_000,
  linkKeys: [],
  churnKeys: [null],
  erasureKeys: ['the key of who was erased'],
  rekeyed: [],
  mostOrders: Infinity,
  partitions: 1,
  rules: JUDGED_RULES,
  schemas: new Map(Object.entries(SCHEMA_IDS).map(([record, id]) => [id, schemaOf(record)])),
};

/** Lists instead of streams, so that a test can change them. */
export interface Left {
  readonly inputs: readonly LogRecord[];
  readonly committedOutputs: readonly LogRecord[];
  readonly uncommittedOutputs: readonly LogRecord[];
  readonly deadLetters: readonly LogRecord[];
  readonly documents: readonly ProfileDocument[];
  readonly erased: readonly StoredStub[];
  readonly links: readonly StoredLink[];
  readonly history: readonly StoredChunk[];
  readonly decisions: readonly StoredDecision[];
  readonly archive: readonly StoredEntry[];
  readonly committed: ReadonlyMap<string, number>;
  readonly logEnds: ReadonlyMap<string, number>;
  readonly logs: readonly string[];
}

export const updateIn = async ({ value }: LogRecord): Promise<CustomerUpdated> => {
  const event = await decodeUpdate(value);
  if (event === null) throw new Error('an output without a value');
  return event;
};

/** What is left of some traffic when nothing goes wrong; documents as they are stored. */
export const leftBehind = async (options: TrafficOptions, playing?: Playing): Promise<Left> =>
  leftIn(await trafficWorld(options, playing));

/** Where logs end, all of it committed. */
export const endsOf = (inputs: readonly LogRecord[]): Map<string, number> =>
  new Map(inputs.map(({ topic, partition, offset }) => [`${topic}:${partition}`, offset + 1]));

export const leftIn = (world: World): Left => {
  const ends = endsOf(world.inputs);
  const outputs = [...world.outputs, ...world.heard];
  return {
    inputs: world.inputs,
    committedOutputs: outputs,
    uncommittedOutputs: [...outputs, ...world.aborted],
    deadLetters: world.deadLetters,
    documents: world.documents.map((document) => ({ ...document, facts: mapFactKeys(document.facts, escapeKey) })),
    // As a server dates them.
    erased: world.stubs.map((stub) => ({ ...stub, pending: pendingOf(stub), recordedAt: new Date(0) })),
    // As a server dates who has left.
    links: world.links.map((each) => (each.link === undefined ? { ...each, leftAt: new Date(0) } : each)),
    history: world.history,
    decisions: world.decisions,
    archive: world.archive.map(stored),
    committed: ends,
    logEnds: ends,
    logs: ['{"level":"info","msg":"task opened","partition":0}'],
  };
};

/** The events by which somebody moved to the archive lie there. */
const pendingOf = ({ pending, archive, version }: World['stubs'][number]) =>
  pending && archive?.version === version ? { ...pending, causes: [] } : pending;

/** As it lies in the archive. */
const stored = ({
  _id,
  customer,
  version,
  epoch,
  scope,
  at,
  policy,
  content,
}: World['archive'][number]): StoredEntry => {
  const held = content();
  if (held === null) throw new Error('an entry without content');
  return { _id, customer, version, epoch, scope, at, policy, ...packed(held) };
};

/** As a driver of the database gives it. */
export const packed = (held: Content): Pick<StoredEntry, 'checksum' | 'record' | 'sealed'> => {
  const { checksum, record, sealed } = pack(held, ERASURE_KEY);
  return { checksum, record: new Binary(record), sealed: new Binary(sealed) };
};

export const judged = (left: Left, settings: JudgeSettings = SETTINGS): Promise<Judgement> =>
  judge(left satisfies Evidence, settings);

/** The output with another event in it. */
export const saying = async (
  output: LogRecord,
  change: (event: CustomerUpdated) => CustomerUpdated,
): Promise<LogRecord> => ({ ...output, value: encodeUpdate(change(await updateIn(output))) });
