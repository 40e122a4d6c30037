/** What the judge looks at, read as anybody could: the logs, the database, the registry, and what the members wrote. */
import { readFile } from 'node:fs/promises';
import { withAdmin } from '../../src/adapters/kafka/admin.ts';
import { readTopics } from '../../src/adapters/kafka/record-stream.ts';
import { connectMongo, type MongoConnection } from '../../src/adapters/mongodb/client.ts';
import { contracts, type Direction, topics } from '../../src/domain/contracts.ts';
import type {
  Evidence,
  JudgeSettings,
  StoredChunk,
  StoredDecision,
  StoredDocument,
  StoredEntry,
  StoredLink,
  StoredStub,
  WriterSchemas,
} from '../judge/types.ts';
import type { Member } from '../../test/helpers/member.ts';
import type { Scenario } from '../../test/helpers/scenario.ts';
import type { TestServices } from '../../test/helpers/services.ts';

/** Of the product's default, which the members run with. */
const FUTURE_TOLERANCE_MS = 300_000;

/** Where things have happened. */
export interface Scene {
  readonly scenario: Scenario;
  readonly addresses: TestServices;
  readonly partitions: number;
  /** All that there have been. */
  readonly members: readonly Member[];
  /** What writers have used besides the schemas of the subjects of ours, by id. */
  readonly otherSchemas?: WriterSchemas;
}

export const withEvidence = async <T>(
  { scenario, addresses, partitions, members, otherSchemas = new Map() }: Scene,
  work: (evidence: Evidence, settings: JudgeSettings) => Promise<T>,
): Promise<T> => {
  const prefix = scenario.env['TOPIC_PREFIX'] ?? '';
  const rekeyed = scenario.env['REKEYED_INPUTS']?.split(',') ?? [];
  const kafka = { brokers: addresses.kafkaBrokers };
  const topicsOf = (wanted: Direction | 'dead-letter'): string[] =>
    topics(prefix, rekeyed).flatMap(({ topic, direction }) => (direction === wanted ? [topic] : []));
  const mongo = await connectMongo({ uri: addresses.mongodbUri, database: scenario.env['MONGODB_DATABASE'] ?? '' });
  try {
    const committed = new Map<string, number>();
    for (let partition = 0; partition < partitions; partition += 1) {
      for (const [topic, offset] of Object.entries(await scenario.offsets.read(partition))) {
        committed.set(`${topic}:${partition}`, offset);
      }
    }
    const logEnds = new Map<string, number>();
    for (const topic of topicsOf('input')) {
      for (const { partition, high } of await withAdmin(scenario.kafka, 'reading where logs end', (admin) =>
        admin.fetchTopicOffsets(topic),
      )) {
        logEnds.set(`${topic}:${partition}`, Number(high));
      }
    }
    const evidence: Evidence = {
      inputs: readTopics(kafka, topicsOf('input')),
      committedOutputs: readTopics(kafka, topicsOf('output')),
      uncommittedOutputs: readTopics(kafka, topicsOf('output'), 'read_uncommitted'),
      deadLetters: readTopics(kafka, topicsOf('dead-letter')),
      documents: documentsOf(mongo),
      erased: mongo.db.collection<StoredStub>('erased').find(),
      links: mongo.db.collection<StoredLink>('links').find(),
      history: mongo.db.collection<StoredChunk>('history').find(),
      decisions: mongo.db.collection<StoredDecision>('decisions').find(),
      archive: mongo.db.collection<StoredEntry>('archive').find(),
      committed,
      logEnds,
      logs: linesOf(members),
    };
    const linkKeys = keysIn(scenario.env, 'LINK_KEY');
    const churnKeys = [scenario.env['CHURN_KEY'] || null];
    const subjects = contracts(prefix, rekeyed).map(({ subject }) => subject);
    const schemas = new Map([...otherSchemas, ...(await writerSchemas(addresses.schemaRegistryUrl, subjects))]);
    const rules = {
      segments: await contentOf(scenario.env['SEGMENTS_FILE']),
      completeness: await contentOf(scenario.env['COMPLETENESS_FILE'] ?? 'rules/completeness.json'),
      retention: await contentOf(scenario.env['RETENTION_FILE']),
    };
    const erasureKeys = keysIn(scenario.env, 'ERASURE_KEY');
    const mostOrders = 2 * Number(scenario.env['PROFILE_ORDERS'] ?? 32);
    const keys = { linkKeys, churnKeys, erasureKeys };
    const judged = {
      prefix,
      rekeyed,
      partitions,
      mostOrders,
      futureToleranceMs: FUTURE_TOLERANCE_MS,
      schemas,
      rules,
      ...keys,
    };
    return await work(evidence, judged);
  } finally {
    await mongo.close();
  }
};

/** The present one, and the one before if there is one. */
const keysIn = (env: Scenario['env'], name: string): string[] =>
  [env[name], env[`${name}_PREVIOUS`]].filter((key) => key !== undefined);

/** Of a file of rules. */
const contentOf = async (file: string | undefined): Promise<unknown> =>
  file === undefined ? null : JSON.parse(await readFile(file, 'utf8'));

const documentsOf = ({ db }: MongoConnection): AsyncIterable<StoredDocument> =>
  db.collection<StoredDocument & { readonly _id: string }>('profiles').find();

const linesOf = function* (members: readonly Member[]): Generator<string> {
  for (const member of members) yield* member.log().split('\n');
};

/** Every version of every subject, by id. */
const writerSchemas = async (url: string, subjects: readonly string[]): Promise<WriterSchemas> => {
  const ask = async (path: string): Promise<unknown> => {
    const answer = await fetch(url + path);
    if (!answer.ok) throw new Error(`the registry answers ${answer.status} to ${path}`);
    return answer.json();
  };
  const schemas = new Map<number, unknown>();
  for (const subject of subjects) {
    for (const version of (await ask(`/subjects/${subject}/versions`)) as number[]) {
      const said = (await ask(`/subjects/${subject}/versions/${version}`)) as { id: number; schema: string };
      schemas.set(said.id, JSON.parse(said.schema));
    }
  }
  return schemas;
};
