/** The Docker client. `DOCKER` may name another binary. */
import { type Ended, outputOf, run } from './command.ts';

const DOCKER = process.env['DOCKER'] || 'docker';
const BUILDKIT = { DOCKER_BUILDKIT: '1' };

export const docker = (...args: readonly string[]): Promise<Ended> => run(DOCKER, args, BUILDKIT);

/** Its output, or an error that carries what it complained of. */
export const dockerOutput = (...args: readonly string[]): Promise<string> => outputOf(DOCKER, args, BUILDKIT);
