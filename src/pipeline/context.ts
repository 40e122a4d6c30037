import type { Room } from '../domain/past/move-out.ts';
import type { ProfileRules } from '../domain/rules.ts';
import type { AudienceOutput } from './announce.ts';
import type { ProfileCache } from './cache.ts';
import type { CheckpointHook } from './checkpoints.ts';
import type { Observer } from './observer.ts';
import type {
  Clock,
  CommittedOffsets,
  DecisionLog,
  EpochStore,
  ErasedCustomers,
  EventDecoder,
  EventEncoder,
  HistoryStore,
  Membership,
  ProducerFactory,
  ProfileStore,
} from './ports.ts';
import type { Links } from './links/links.ts';
import type { Router } from './router.ts';
import type { Sweeping } from './sweep.ts';
import type { Tracing } from './tracing.ts';
import type { InTurn } from './turns.ts';

/** Everything a task works with. One context serves all tasks of a member. */
export interface TaskContext {
  readonly group: string;
  /** Topic of `CustomerUpdated`, prefix included. */
  readonly outputTopic: string;
  /** How far an event may be dated after its record's timestamp, ms. */
  readonly futureToleranceMs: number;
  readonly epochs: EpochStore;
  readonly profiles: ProfileStore;
  readonly erased: ErasedCustomers;
  readonly decisions: DecisionLog;
  readonly history: HistoryStore;
  /** For orders in a document. */
  readonly room: Room;
  readonly producers: ProducerFactory;
  readonly offsets: CommittedOffsets;
  readonly decoder: EventDecoder;
  readonly encoder: EventEncoder;
  /** By which profiles are derived. */
  readonly rules: ProfileRules;
  /** Who hears of what concerns them. */
  readonly audiences: readonly AudienceOutput[];
  readonly links: Links;
  readonly router: Router;
  readonly sweeping: Sweeping;
  readonly membership: Membership;
  readonly cache: ProfileCache;
  readonly inTurn: InTurn;
  readonly clock: Clock;
  readonly observe: Observer;
  /** Absent where nobody collects traces. */
  readonly tracing?: Tracing | undefined;
  readonly passed: CheckpointHook;
}
