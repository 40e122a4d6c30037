/** What verification reads, from lists. */
import { recordType } from '../../../src/adapters/registry/schemas.ts';
import { bodyOf } from '../../../src/adapters/registry/wire.ts';
import { AUDIENCES } from '../../../src/domain/audiences/index.ts';
import { underKey } from '../../../src/pipeline/pseudonyms.ts';
import type { Position } from '../../../src/pipeline/ports.ts';
import { keyedHash } from '../../../src/pipeline/keyed-hash.ts';
import { noRoutes } from '../../helpers/no-routes.ts';
import { RULES } from '../../helpers/rules.ts';
import type { AudienceSource, Sources, VerificationReport, ViolationKind } from '../../../src/verification/index.ts';
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
  decisions: stream(world.decisions),
  archive: stream(world.archive),
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

/** All of them. `muted`: none is told anything any more. */
export const audiencesOf = ({ heard }: World, muted = false, churnKey?: string): AudienceSource[] =>
  AUDIENCES.map((audience) => ({
    ...underKey(audience, audience.name === 'churn' ? churnKey : undefined),
    muted,
    records: stream(heard.filter(({ topic }) => topic === `customer-updated.${audience.name}`)),
    decode: (value) => Promise.resolve(recordType(audience.record).fromBuffer(bodyOf(value)) as object),
  }));
