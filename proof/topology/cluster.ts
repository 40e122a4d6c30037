/** Three brokers and three MongoDB members, each of which can be lost while the others go on, and one registry. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '../../src/backing/cache.ts';
import { supervised } from '../../src/backing/processes.ts';
import { registryRecipe } from '../../src/backing/registry.ts';
import { startServer, type Recipe, type ServerControl } from '../../src/backing/server.ts';
import { allInSync, brokerRecipes, REPLICATION_FACTOR } from './brokers.ts';
import { allFollow, initiate, memberRecipe, REPLICA_SET, stepDown } from './mongods.ts';
import { surroundings, type Addresses, type TopologyOptions } from './options.ts';

export interface Cluster extends Addresses {
  /** In the order of `kafkaBrokers`. */
  readonly brokers: readonly ServerControl[];
  /** In the order of the hosts in `mongodbUri`. */
  readonly mongods: readonly ServerControl[];
  readonly registry: ServerControl;
  /** What topics are to be created with; two of three must acknowledge. */
  readonly replicationFactor: number;
  /** Makes the primary step down, so that another one is elected. */
  stepDown(): Promise<void>;
  /** Waits until every partition has all its replicas in sync and every mongod follows the primary: the next may be lost. */
  whole(): Promise<void>;
  stop(): Promise<void>;
}

const WHOLE_WITHIN_MS = 90_000;
/** A server that has just come back tells for a moment what was true before: it must hold so many times in a row. */
const TIMES = 3;

/** Starts seven child processes, downloaded once. Fails with BACKING_SERVICE. */
export const startCluster = (options: TopologyOptions = {}): Promise<Cluster> =>
  supervised(surroundings(options), async (context) => {
    const names = ['MongoDB 1', 'MongoDB 2', 'MongoDB 3'];
    const [brokers, mongods, [registry]] = await Promise.all([
      startAll(context, brokerRecipes(context)),
      startAll(context, Promise.all(names.map((name) => memberRecipe(context, name)))),
      startAll(context, Promise.all([registryRecipe(context)])),
    ]);
    if (registry === undefined) throw new TypeError('a recipe was not started');
    const hosts = mongods.map(({ address }) => address);
    await initiate(hosts);
    const kafkaBrokers = brokers.map(({ address }) => address);
    const mongodbUri = `mongodb://${hosts.join()}/?replicaSet=${REPLICA_SET}`;
    const whole = (): Promise<void> =>
      eventually(async () => {
        await allInSync(kafkaBrokers);
        await allFollow(mongodbUri);
      });
    await whole();
    return {
      kafkaBrokers,
      mongodbUri,
      schemaRegistryUrl: registry.address,
      brokers: brokers.map(({ control }) => control),
      mongods: mongods.map(({ control }) => control),
      registry: registry.control,
      replicationFactor: REPLICATION_FACTOR,
      stepDown: () => stepDown(mongodbUri, 10, 5),
      whole,
    };
  });

async function startAll(
  context: Context,
  recipes: Promise<readonly Recipe[]>,
): Promise<{ address: string; control: ServerControl }[]> {
  return Promise.all(
    (await recipes).map(async (recipe) => ({ address: recipe.address, control: await startServer(context, recipe) })),
  );
}

async function eventually(holds: () => Promise<void>): Promise<void> {
  const deadline = performance.now() + WHOLE_WITHIN_MS;
  for (let times = 0; times < TIMES;) {
    try {
      await holds();
      times += 1;
    } catch (error) {
      if (performance.now() > deadline) throw error;
      times = 0;
    }
    await sleep(250);
  }
}
