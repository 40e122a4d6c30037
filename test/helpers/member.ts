/** Members of the group, each a real process that a test may kill, stop, wake and end. */
import { readFileSync } from 'node:fs';
import type { PipelineEvent } from '../../src/pipeline/observer.ts';
import { type Ended, startChild } from './child.ts';
import { type Fault, FAULTS, type MemberMessage } from './fault.ts';
import { until } from './until.ts';

type EventOf<T extends PipelineEvent['type']> = Extract<PipelineEvent, { type: T }>;

export interface Member {
  readonly pid: number;
  /** Everything the pipeline has said so far, but for its steps. */
  readonly events: readonly PipelineEvent[];
  /** The partitions of the latest assignment. */
  partitions(): readonly number[];
  eventsOf<T extends PipelineEvent['type']>(type: T): EventOf<T>[];
  /** Resolves to the partition at which the fault struck that it was started with. */
  readonly struck: Promise<number>;
  /** Whether a batch of it is in work, as far as it has told: only a member that tells its steps says so. */
  isAtWork(): boolean;
  /** What it has logged. */
  log(): string;
  readonly ended: Promise<Ended>;
  /** Resolves once it is a member of the group and every task of it runs. */
  running(): Promise<void>;
  /** Resolves to the partition at which this fault strikes, if it does. */
  break(fault: Fault): Promise<number>;
  /** Whether SIGSTOP has reached it. */
  isStopped(): boolean;
  signal(signal: NodeJS.Signals): void;
  /** SIGTERM, and the wait for its end. */
  stop(): Promise<Ended>;
}

export const startMember = (env: Readonly<Record<string, string>>, faults: readonly Fault[] = []): Member => {
  const child = startChild(['test/helpers/member-main.ts'], { ...env, [FAULTS]: JSON.stringify(faults) });
  const events: PipelineEvent[] = [];
  const awaited = new Map<string, (partition: number) => void>();
  const strikeOf = (fault: Fault | undefined): Promise<number> =>
    new Promise((resolve) => void awaited.set(JSON.stringify(fault), resolve));
  const struck = strikeOf(faults[0]);
  const atWork = new Set<number>();
  let failure: string | undefined;
  const heard = (event: PipelineEvent): void => {
    if (event.type !== 'step') events.push(event);
    else if (event.step === 'idle') atWork.delete(event.partition);
    else atWork.add(event.partition);
  };
  child.process.on('message', (message: MemberMessage) => {
    if (message.kind === 'event') heard(message.event);
    else if (message.kind === 'fault') awaited.get(JSON.stringify(message.fault))?.(message.partition);
    else if (message.kind === 'failed') failure = message.message;
  });

  const eventsOf = <T extends PipelineEvent['type']>(type: T): EventOf<T>[] =>
    events.filter((event): event is EventOf<T> => event.type === type);
  const partitions = (): readonly number[] => eventsOf('assigned').at(-1)?.partitions ?? [];
  const isRunning = (partition: number): boolean =>
    eventsOf('task-state').findLast((event) => event.partition === partition)?.state === 'running';

  return {
    pid: child.pid,
    events,
    partitions,
    eventsOf,
    struck,
    isAtWork: () => atWork.size > 0,
    log: child.output,
    ended: child.ended,
    running: () =>
      until('a member runs all its tasks', () => {
        if (failure !== undefined) throw new Error(`a member did not start: ${failure}\n${child.output()}`);
        return eventsOf('assigned').length > 0 && partitions().every(isRunning);
      }),
    break: (fault) => {
      const strike = strikeOf(fault);
      child.process.send(fault);
      return strike;
    },
    isStopped: () => /^State:\s+T/m.test(readFileSync(`/proc/${child.pid}/status`, 'utf8')),
    signal: child.signal,
    stop: () => {
      child.signal('SIGTERM');
      return child.ended;
    },
  };
};
