/** What the pipeline tells the world about itself: health, metrics and log are fed by these events and by nothing else. */
import type { ErrorCode } from '../errors.ts';

export type TaskState = 'opening' | 'running' | 'waiting' | 'closed';

/** The steps of one batch, in order. */
export type Step = 'read' | 'decode' | 'load' | 'merge' | 'save' | 'count' | 'publish';

/** Something that should not happen in a healthy installation and that a person ought to look at. */
export const INCIDENTS = ['position-lost', 'out-of-range'] as const;

export type IncidentKind = (typeof INCIDENTS)[number];

export type PipelineEvent =
  /** The group forms a new generation: nothing is fetched until `assigned`. */
  | { readonly type: 'rebalancing' }
  /** The member joined a generation of the group; `partitions` may be empty. */
  | { readonly type: 'assigned'; readonly partitions: readonly number[] }
  /** The member is out of the group: crashed, kicked, or not yet joined. */
  | { readonly type: 'unassigned'; readonly reason?: ErrorCode }
  | {
      readonly type: 'task-state';
      readonly partition: number;
      readonly state: TaskState;
      /** Why a task waits. */
      readonly reason?: ErrorCode;
    }
  /** A task entered a step of the batch in work; `idle` once nothing is in work. */
  | { readonly type: 'step'; readonly partition: number; readonly step: Step | 'idle' }
  /** A batch was committed. */
  | {
      readonly type: 'batch';
      readonly partition: number;
      /** Records taken from the inputs, refused ones included. */
      readonly consumed: number;
      /** When they were sent, by their timestamps, ms: the oldest of all, and the latest of each topic. Absent where there are none. */
      readonly sentAt?: { readonly oldest: number; readonly latest: Readonly<Record<string, number>> };
      /** Events that changed a profile. */
      readonly applied: number;
      /** Events that changed nothing: duplicates, late ones, replays. */
      readonly unchanged: number;
      /** Of these, how many are older than the latest event that shaped the profile. */
      readonly stale: number;
      readonly refused: Readonly<Record<string, number>>;
      /** Events that go on to the tasks of their customers. */
      readonly routed: number;
      /** Versions published. */
      readonly published: number;
      /** Records published, by topic. */
      readonly sent: Readonly<Record<string, number>>;
      /** Customers whose erasure was published. */
      readonly erased: number;
      /** What retention decided, by outcome. */
      readonly decided: Readonly<Record<string, number>>;
      /** Customers whose document was in memory, and those for whom the database was asked. */
      readonly cached: { readonly hits: number; readonly misses: number };
      /** What the member keeps in memory by now, all tasks together, by estimate. */
      readonly cacheBytes: number;
      /** Time spent in each step, ms. */
      readonly stages: Readonly<Partial<Record<Step, number>>>;
    }
  /** Dead letters of erased customers were looked for. */
  | {
      readonly type: 'swept';
      readonly partition: number;
      /** Looked at. */
      readonly letters: number;
      /** Those of erased customers, which are gone. */
      readonly erased: number;
      /** Those that lay before them, and lie at the end now. */
      readonly moved: number;
      readonly ms: number;
    }
  /** A task dropped its producer and cache and starts again from the committed offsets. */
  | {
      readonly type: 'recovery';
      readonly partition: number;
      readonly cause: ErrorCode;
      /** What was thrown; its message may quote data, so that only its type and place may be told. */
      readonly error?: unknown;
    }
  | { readonly type: 'incident'; readonly kind: IncidentKind; readonly topic: string; readonly partition: number };

export type Observer = (event: PipelineEvent) => void;

/** One observer that tells several. */
export const observers =
  (...all: readonly Observer[]): Observer =>
  (event) => {
    for (const observe of all) observe(event);
  };
