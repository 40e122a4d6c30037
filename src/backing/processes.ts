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

/** Starts these servers as child processes on free loopback ports. */
export async function startProcesses(
  names: readonly ServiceName[],
  { environment, onProgress }: Required<Pick<StartOptions, 'environment' | 'onProgress'>>,
): Promise<Started> {
  const supervisor = startSupervisor();
  try {
    const directory = await supervisor.directory(join(tmpdir(), 'customer-profile-stream-'));
    const context = { supervisor, directory, environment, onProgress };
    const servers = await Promise.all(
      names.map(async (name) => {
        const recipe = await RECIPES[name](context);
        return { name, address: recipe.address, control: await startServer(context, recipe) };
      }),
    );
    return {
      addresses: Object.fromEntries(servers.map(({ name, address }) => [name, address])),
      services: Object.fromEntries(servers.map(({ name, control }) => [name, control])),
      stop: () => supervisor.close(),
    };
  } catch (error) {
    await supervisor.close();
    throw error;
  }
}
