/** Everything that is kept or told of customers, as it can be searched. */
import { connectMongo } from '../../src/adapters/mongodb/client.ts';
import { contracts, topics } from '../../src/domain/contracts.ts';
import type { InboundRecord } from '../../src/pipeline/ports.ts';
import type { Scenario } from './scenario.ts';

export interface Remains {
  /** The documents of each collection. */
  readonly collections: Readonly<Record<string, number>>;
  /** What is in each collection. */
  readonly stored: Readonly<Record<string, string>>;
  /** Of each topic that others read, the latest record by key. */
  readonly latest: Readonly<Record<string, readonly InboundRecord[]>>;
  readonly letters: readonly InboundRecord[];
  /** What tasks say to each other. */
  readonly internal: readonly InboundRecord[];
}

/** But for the key. */
export const contentOf = ({ value, headers }: InboundRecord): string => {
  const said = Object.entries(headers).map(([name, header]) => [name, String(header)]);
  return `${JSON.stringify(said)} ${value?.toString() ?? ''}`;
};

export const textOf = (record: InboundRecord): string => `${record.key?.toString() ?? ''} ${contentOf(record)}`;

export const lettersOf = async (scenario: Scenario): Promise<InboundRecord[]> => {
  const declared = topics(prefixOf(scenario)).filter(({ direction }) => direction === 'dead-letter');
  return (await Promise.all(declared.map(({ topic }) => scenario.records(topic)))).flat();
};

export const remainsOf = async (scenario: Scenario): Promise<Remains> => {
  const all = contracts(prefixOf(scenario));
  const latest: Record<string, readonly InboundRecord[]> = {};
  for (const { topic, direction } of all) {
    if (direction !== 'output') continue;
    const records = await scenario.records(topic);
    latest[topic] = [...new Map(records.map((record) => [String(record.key), record])).values()];
  }
  const internal = all.filter((contract) => contract.internal).map(({ topic }) => scenario.records(topic));
  return {
    ...(await storedIn(scenario)),
    ...{ latest, letters: await lettersOf(scenario), internal: (await Promise.all(internal)).flat() },
  };
};

const prefixOf = ({ env }: Scenario): string => env['TOPIC_PREFIX'] ?? '';

const storedIn = async ({ env }: Scenario): Promise<Pick<Remains, 'collections' | 'stored'>> => {
  const { MONGODB_URI: uri = '', MONGODB_DATABASE: database = '' } = env;
  const mongo = await connectMongo({ uri, database });
  try {
    const collections: Record<string, number> = {};
    const stored: Record<string, string> = {};
    for (const { name } of await mongo.db.listCollections().toArray()) {
      const documents = await mongo.db.collection(name).find().toArray();
      // Bytes that JSON shows in another form are searched as well.
      const raw = await mongo.db.collection(name).find({}, { raw: true }).toArray();
      collections[name] = documents.length;
      stored[name] = [JSON.stringify(documents), ...raw.map(String)].join('\n');
    }
    return { collections, stored };
  } finally {
    await mongo.close();
  }
};
