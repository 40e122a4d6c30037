import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Context } from './cache.ts';
import type { ServiceName, Started, StartOptions } from './index.ts';
import { kafkaRecipe } from './kafka.ts';
import { mongodbRecipe } from './mongodb.ts';
import { registryRecipe } from './registry.ts';
import { startServer, type Recipe } from './server.ts';
import { startSupervisor } from './supervisor.ts';

const RECIPES: Record<ServiceName, (context: Context) => Promise<Recipe>> = {
  kafka: kafkaRecipe,
  mongodb: mongodbRecipe,
  registry: registryRecipe,
};

type Surroundings = Required<Pick<StartOptions, 'environment' | 'onProgress'>>;

/** Starts these servers as child processes on free loopback ports. */
export const startProcesses = (names: readonly ServiceName[], surroundings: Surroundings): Promise<Started> =>
  supervised(surroundings, async (context) => {
    const servers = await Promise.all(
      names.map(async (name) => {
        const recipe = await RECIPES[name](context);
        return { name, address: recipe.address, control: await startServer(context, recipe) };
      }),
    );
    return {
      addresses: Object.fromEntries(servers.map(({ name, address }) => [name, address])),
      services: Object.fromEntries(servers.map(({ name, control }) => [name, control])),
    };
  });

/** Gives `start` a watchdog and a directory of its own. `stop` ends all that was started; so does a failure of `start`. */
export async function supervised<T extends object>(
  { environment, onProgress }: Surroundings,
  start: (context: Context) => Promise<T>,
): Promise<T & { readonly stop: () => Promise<void> }> {
  const supervisor = startSupervisor();
  try {
    const directory = await supervisor.directory(join(tmpdir(), 'customer-profile-stream-'));
    const started = await start({ supervisor, directory, environment, onProgress });
    return { ...started, stop: () => supervisor.close() };
  } catch (error) {
    await supervisor.close();
    throw error;
  }
}
