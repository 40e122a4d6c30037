/** One mongod that is no replica set, since the product promises to serve it. */
import { supervised } from '../../src/backing/processes.ts';
import { startServer, type ServerControl } from '../../src/backing/server.ts';
import { standaloneRecipe } from './mongods.ts';
import { surroundings, type TopologyOptions } from './options.ts';

export interface Standalone {
  readonly mongodbUri: string;
  readonly mongod: ServerControl;
  stop(): Promise<void>;
}

export const startStandalone = (options: TopologyOptions = {}): Promise<Standalone> =>
  supervised(surroundings(options), async (context) => {
    const recipe = await standaloneRecipe(context);
    return { mongodbUri: recipe.address, mongod: await startServer(context, recipe) };
  });
