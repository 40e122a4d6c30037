/** MongoDB as the topologies need it: one server that is no replica set, a member of a larger set, and step-downs. */
import { MongoClient, type Document } from 'mongodb';
import type { Context } from '../../src/backing/cache.ts';
import { mongodRecipe } from '../../src/backing/mongodb.ts';
import { freePort } from '../../src/backing/ports.ts';
import type { Recipe } from '../../src/backing/server.ts';

export const REPLICA_SET = 'rs0';

/** A mongod that is no member of a replica set. */
export async function standaloneRecipe(context: Context): Promise<Recipe> {
  const port = await freePort();
  const address = `mongodb://127.0.0.1:${port}/`;
  return mongodRecipe(context, {
    name: 'MongoDB standalone',
    address,
    options: { port, wiredTigerCacheSizeGB: 0.25 },
    ready: () => adminCommand(address, { hello: 1 }).then(() => undefined),
  });
}

/** One of several; its address is a bare `host:port`. It is ready as soon as it takes part in its set, once there is one. */
export async function memberRecipe(context: Context, name: string): Promise<Recipe> {
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  return mongodRecipe(context, {
    name,
    address,
    options: { port, replSet: REPLICA_SET, oplogSize: 64, wiredTigerCacheSizeGB: 0.25 },
    ready: async () => {
      const hello = await adminCommand(directly(address), { hello: 1 });
      const takesPart = hello['isWritablePrimary'] === true || hello['secondary'] === true;
      if (!takesPart && hello['isreplicaset'] !== true) throw new Error(`${address} is still catching up`);
    },
  });
}

/** Makes running members a replica set, which elects a new primary soon after the last one was lost. */
export async function initiate(hosts: readonly string[]): Promise<void> {
  const members = hosts.map((host, _id) => ({ _id, host }));
  const settings = { electionTimeoutMillis: 4_000 };
  await adminCommand(directly(hosts[0] ?? ''), { replSetInitiate: { _id: REPLICA_SET, members, settings } });
}

/** Fails unless there is one primary and all others follow it. */
export async function allFollow(uri: string): Promise<void> {
  const { members } = (await adminCommand(uri, { replSetGetStatus: 1 })) as { members: { stateStr: string }[] };
  const states = members.map(({ stateStr }) => stateStr).sort();
  const wanted = members.map((_, index) => (index === 0 ? 'PRIMARY' : 'SECONDARY'));
  if (states.join() !== wanted.join()) throw new Error(`the members of the replica set are ${states.join(', ')}`);
}

/** Makes the primary step down, and not stand again for so long unless another takes over: also where there is none. */
export async function stepDown(uri: string, seconds: number, catchUpSeconds = 0): Promise<void> {
  await adminCommand(uri, { replSetStepDown: seconds, secondaryCatchUpPeriodSecs: catchUpSeconds, force: true });
}

/** To this server, whatever its state. */
export const directly = (address: string): string => `mongodb://${address}/?directConnection=true`;

async function adminCommand(uri: string, command: Document): Promise<Document> {
  const client = new MongoClient(uri, { serverSelectionTimeoutMS: 5_000, socketTimeoutMS: 20_000 });
  try {
    return await client.db('admin').command(command);
  } finally {
    await client.close();
  }
}
