/** The rules of the protocol, each broken once, so that it is seen that the invariants notice. */
import { isRefusal, refuse } from '../../src/domain/refusal.ts';
import type { AudienceState, AudienceStates } from '../../src/pipeline/audiences.ts';
import type { FetchedBatch } from '../../src/pipeline/ports.ts';
import { createProducer } from './kafka.ts';
import {
  defective,
  inOne,
  isClaim,
  isStub,
  isUpdate,
  misread,
  offsetsBeforeFence,
  producers,
  publishBeforeSave,
  transactions,
  unwritten,
  type Wrap,
} from './sabotage.ts';
import { createEpochStore } from './stores.ts';

const mapValues = (states: AudienceStates, change: (state: AudienceState) => AudienceState): AudienceStates =>
  Object.fromEntries(Object.entries(states).map(([name, state]) => [name, change(state)]));

/** A rule of protocol.md, broken by wrapping a port. */
export interface Mutant {
  readonly name: string;
  readonly rule: number;
  readonly context?: Wrap;
  readonly batch?: (batch: FetchedBatch) => FetchedBatch;
  readonly keepsTasks?: boolean;
}

export const MUTANTS: readonly Mutant[] = [
  { name: 'a fence only connects', rule: 1, context: producers(() => ({ fence: () => Promise.resolve() })) },
  {
    name: 'every producer has a transactional id of its own',
    rule: 1,
    context: (context, { kafka, call, random }, member) => ({
      ...context,
      producers: (partition) =>
        createProducer(kafka, member, call, `${context.group}-${partition}-${random.uuid()}`, partition),
    }),
  },
  {
    name: 'the epoch is not confirmed',
    rule: 1,
    context: (context) => ({ ...context, epochs: { ...context.epochs, confirm: () => Promise.resolve(true) } }),
  },
  { name: 'the offsets are read before the fence', rule: 1, context: offsetsBeforeFence },
  { name: 'a save ignores the version', rule: 2, context: defective({ ignoresVersion: true }) },
  { name: 'a save ignores the epoch', rule: 2, context: defective({ ignoresEpoch: true }) },
  {
    name: 'a save ignores version and epoch',
    rule: 2,
    context: defective({ ignoresVersion: true, ignoresEpoch: true }),
  },
  { name: 'a save that matches nothing is no conflict', rule: 2, context: defective({ ignoresConflicts: true }) },
  { name: 'publishes, then saves', rule: 3, context: publishBeforeSave },
  { name: 'an unpublished version is published without a claim', rule: 3, context: unwritten(isClaim) },
  { name: 'the marker is forgotten', rule: 3, context: misread(() => ({ marker: null })) },
  {
    name: 'a version that is published is taken for unpublished',
    rule: 3,
    context: misread(({ marker }) => ({ marker: marker && { ...marker, offset: 1_000 } })),
  },
  {
    name: 'previousVersion names an unpublished version',
    rule: 3,
    context: misread(({ version }) => ({ previousVersion: version })),
  },
  {
    name: 'the offsets follow in a transaction of their own',
    rule: 3,
    context: transactions(async (begin, records, offsets) => {
      await inOne(begin, records, null);
      await inOne(begin, [], offsets);
    }),
  },
  {
    name: 'the offsets precede in a transaction of their own',
    rule: 3,
    context: transactions(async (begin, records, offsets) => {
      await inOne(begin, [], offsets);
      await inOne(begin, records, null);
    }),
  },
  {
    name: 'dead letters go in a transaction of their own',
    rule: 3,
    context: transactions(async (begin, records, offsets) => {
      await inOne(
        begin,
        records.filter((record) => !isUpdate(record)),
        null,
      );
      await inOne(begin, records.filter(isUpdate), offsets);
    }),
  },
  {
    name: 'only the first record is sent',
    rule: 3,
    context: transactions((begin, records, offsets) => inOne(begin, records.slice(0, 1), offsets)),
  },
  { name: 'reads without majority', rule: 4, context: defective({ readsLocally: true }) },
  { name: 'writes without majority', rule: 4, context: defective({ writesLocally: true }) },
  {
    name: 'a recovery keeps the cache',
    rule: 5,
    context: (context) => {
      const { cache } = context;
      return {
        ...context,
        cache: { ...cache, bytes: 0, drop: () => undefined },
      };
    },
  },
  {
    name: 'goes on at the log start',
    rule: 6,
    context: (context) => ({
      ...context,
      offsets: {
        read: async (partition) =>
          Object.fromEntries(Object.keys(await context.offsets.read(partition)).map((topic) => [topic, 0])),
      },
    }),
  },
  { name: 'goes on above the position', rule: 6, batch: (batch) => ({ ...batch, fetchedOffset: 0 }) },
  {
    name: 'a refusal depends on the wall clock',
    rule: 8,
    context: (context, { random }) => ({
      ...context,
      decoder: {
        ...context.decoder,
        decode: (topic, value) => {
          const event = context.decoder.decode(topic, value);
          return isRefusal(event) || random.chance(0.9) ? event : refuse('from-the-future');
        },
      },
    }),
  },
  { name: 'a refusal for an unknown schema leaves no stub', rule: 8, context: unwritten(isStub) },
  {
    name: 'what is pending is not taken over',
    rule: 9,
    context: misread(({ pending }) => ({ pending: pending && { ...pending, paths: [], causes: [] } })),
  },
  {
    name: 'what an audience has yet to hear is not taken over',
    rule: 9,
    context: misread(({ audiences }) => ({
      audiences: mapValues(audiences, (state) => ({ ...state, before: state })),
    })),
  },
  {
    name: 'what an audience has heard is forgotten',
    rule: 9,
    context: misread(() => ({ audiences: {} })),
  },
  {
    name: 'a member that failed does not ask the group',
    rule: 10,
    context: (context) => ({ ...context, membership: { confirmed: () => Promise.resolve() } }),
  },
];

/** Broken rules that the simulation does not notice. */
export const UNNOTICED: readonly (Mutant & { readonly why: string })[] = [
  {
    name: 'a newer epoch in a document is overlooked',
    rule: 2,
    context: misread(() => ({ epoch: 0 })),
    why: 'each write asks for the epoch again, and who only reads is fenced',
  },
  {
    name: 'epochs without majority',
    rule: 4,
    context: (context, { mongo, call }, member) => ({
      ...context,
      epochs: createEpochStore(mongo, member, call, { writesLocally: true }),
    }),
    why: 'two owners of one epoch take a failover between two takes and the rarest of quarrels; nobody has seen it yet',
  },
  {
    name: 'a member that was kicked keeps its tasks',
    rule: 10,
    keepsTasks: true,
    why: 'its producer is fenced and its saves conflict: the task recovers as if it had been let go',
  },
];
