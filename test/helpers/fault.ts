import type { ErrorCode } from '../../src/errors.ts';
import type { Checkpoint } from '../../src/pipeline/checkpoints.ts';
import type { PipelineEvent } from '../../src/pipeline/observer.ts';

/** What a member does to itself when it passes a checkpoint, once. */
export interface Fault {
  /** SIGKILL, SIGSTOP, or a failure like a defect of ours. */
  readonly action: 'kill' | 'stop' | 'throw';
  readonly at: Checkpoint;
  /** Which passing it is; 1 is the first, and the default. */
  readonly pass?: number;
  /** Only the passings of this partition count. */
  readonly partition?: number;
}

/** What a member tells its test. */
export type MemberMessage =
  | { readonly kind: 'started' }
  | { readonly kind: 'failed'; readonly code: ErrorCode | null; readonly message: string }
  | { readonly kind: 'fault'; readonly fault: Fault; readonly partition: number }
  | { readonly kind: 'event'; readonly event: PipelineEvent };

/** What a member sends of its own accord: every step as well, when set, since there are many of them. */
export const TELL_STEPS = 'MEMBER_TELLS_STEPS';

/** The environment variable that tells a member its faults from the start. */
export const FAULTS = 'MEMBER_FAULTS';
