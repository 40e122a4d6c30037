/** What is known of the schema ids that values name. Ids come in untrusted bytes, so every memory here is bounded. */
import type avro from 'avsc';
import { LRUCache } from 'lru-cache';
import type { RecordName } from '../../domain/contracts.ts';
import { ProfileError } from '../../errors.ts';
import type { RegistryClient } from './client.ts';
import { recordType } from './schemas.ts';
import { schemaIdOf } from './wire.ts';

/** More than the distinct ids that the batches in flight can name. */
const ID_LIMIT = 100_000;
/** A schema that we read counts as so many that we do not, of which only the id is kept. */
const SCHEMA_WEIGHT = 100;
const PARALLEL_QUESTIONS = 8;
/** How long "there is no such id" is believed, in ms: within the grace, and after it. */
const ASK_AGAIN = { withinGrace: 1000, afterGrace: 30_000 };

export interface WriterSchemasOptions {
  /** How long an unknown id is retried from when it was first seen, in ms. */
  readonly unknownSchemaGraceMs: number;
  readonly now?: () => number;
}

/** 'foreign': no Avro schema, or that of a record that we do not read. */
export type WriterSchema = avro.Type | 'foreign';

interface Unknown {
  readonly firstSeen: number;
  readonly askedAt: number;
}

export interface WriterSchemas {
  /** Learns the schemas that the values name. Throws REGISTRY_UNAVAILABLE, or SCHEMA_UNKNOWN within the grace. */
  learn(values: readonly (Buffer | null)[]): Promise<void>;
  /** 'unknown' once the grace has passed; undefined when `learn` has not settled the id. */
  get(id: number): WriterSchema | 'unknown' | undefined;
}

const idsOf = (values: readonly (Buffer | null)[]): Set<number> => {
  const ids = new Set<number>();
  for (const value of values) {
    const id = value && schemaIdOf(value);
    if (id !== null) ids.add(id);
  }
  return ids;
};

/** The writer schemas of some records. */
export const createWriterSchemas = (
  client: RegistryClient,
  records: readonly RecordName[],
  options: WriterSchemasOptions,
): WriterSchemas => {
  const { unknownSchemaGraceMs, now = Date.now } = options;
  const names = new Set(records.map((record) => recordType(record).name));
  const known = new LRUCache<number, WriterSchema>({
    maxSize: ID_LIMIT,
    sizeCalculation: (schema) => (schema === 'foreign' ? 1 : SCHEMA_WEIGHT),
  });
  const unknown = new LRUCache<number, Unknown>({ max: ID_LIMIT });
  const asking = new Map<number, Promise<void>>();

  const graceIsOver = ({ firstSeen, askedAt }: Unknown): boolean => askedAt - firstSeen >= unknownSchemaGraceMs;

  const isFresh = (entry: Unknown): boolean =>
    now() - entry.askedAt < (graceIsOver(entry) ? ASK_AGAIN.afterGrace : ASK_AGAIN.withinGrace);

  const ask = async (id: number): Promise<void> => {
    const answer = await client.writerType(id);
    if (answer === 'unknown') {
      const askedAt = now();
      unknown.set(id, { firstSeen: unknown.get(id)?.firstSeen ?? askedAt, askedAt });
    } else {
      unknown.delete(id);
      known.set(id, answer !== 'unusable' && names.has(answer.name) ? answer : 'foreign');
    }
  };

  const askOnce = (id: number): Promise<void> => {
    const underway = asking.get(id);
    if (underway) return underway;
    const question = ask(id).finally(() => asking.delete(id));
    asking.set(id, question);
    return question;
  };

  const askAll = async (ids: number[]): Promise<void> => {
    const askers = Array.from({ length: Math.min(PARALLEL_QUESTIONS, ids.length) }, async () => {
      for (let id = ids.pop(); id !== undefined; id = ids.pop()) await askOnce(id);
    });
    await Promise.all(askers);
  };

  const needsAsking = (id: number): boolean => {
    if (known.get(id)) return false;
    const entry = unknown.get(id);
    return !entry || !isFresh(entry);
  };

  return {
    learn: async (values) => {
      const ids = idsOf(values);
      const questions = [...ids].filter(needsAsking);
      if (questions.length > 0) await askAll(questions);
      for (const id of ids) {
        const entry = unknown.get(id);
        if (entry && !graceIsOver(entry)) {
          throw new ProfileError('SCHEMA_UNKNOWN', `the registry does not know the schema id ${id}, yet`);
        }
      }
    },
    get: (id) => {
      const entry = unknown.get(id);
      return known.get(id) ?? (entry && graceIsOver(entry) ? 'unknown' : undefined);
    },
  };
};
