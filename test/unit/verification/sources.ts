/** What verification reads, from lists. */
import type { Position } from '../../../src/pipeline/ports.ts';
import { keyedHash } from '../../../src/pipeline/keyed-hash.ts';
import { noRoutes } from '../../helpers/no-routes.ts';
import { RULES } from '../../helpers/rules.ts';
import type { Sources, VerificationReport, ViolationKind } from '../../../src/verification/index.ts';
import { decodeUpdate, ERASURE_KEY, trafficDecoder, type World } from '../../helpers/traffic-world.ts';

export const EVERYTHING: Position = {
  'order-finalized': Infinity,
  'contract-signed': Infinity,
  'privacy-requested': Infinity,
  'profile-command': Infinity,
  'customer-link': Infinity,
};

// eslint-disable-next-line @typescript-eslint/require-await
const stream = async function* <T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
};

export const sourcesOf = (world: World, committed: Position = EVERYTHING): Sources => ({
  inputs: stream(world.inputs),
  outputs: stream(world.outputs),
  deadLetters: stream(world.deadLetters),
  documents: stream(world.documents),
  stubs: stream(world.stubs),
  stubNamesOf: (customerId) => [keyedHash(ERASURE_KEY, `erased:${customerId}`)],
  links: stream(world.links),
  router: noRoutes,
  committed: () => Promise.resolve(committed),
  decoder: trafficDecoder(),
  rules: RULES,
  audiences: [],
  decodeOutput: decodeUpdate,
  futureToleranceMs: 300_000,
});

export const kinds = ({ violationCounts }: VerificationReport): ViolationKind[] =>
  (Object.keys(violationCounts) as ViolationKind[]).sort();
