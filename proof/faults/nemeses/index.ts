import type { Nemesis } from '../nemesis.ts';
import type { Kind } from '../options.ts';
import { broker } from './broker.ts';
import { clock } from './clock.ts';
import { kill } from './kill.ts';
import { mongo } from './mongo.ts';
import { network } from './network.ts';
import { pause } from './pause.ts';
import { rebalance } from './rebalance.ts';
import { registry } from './registry.ts';
import { scale } from './scale.ts';

/** Every kind of fault. Adding one is a file here, a line in this list and its name in KINDS. */
export const NEMESES: Readonly<Record<Kind, Nemesis>> = {
  kill,
  pause,
  broker,
  mongo,
  registry,
  network,
  rebalance,
  scale,
  clock,
};
