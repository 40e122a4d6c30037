/** A member as it is built and started, seen from outside: its metrics, and what the kernel says of its process. */
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { portOf, start, take } from '../../bench/member.ts';
import type { MemberSample } from './sample.ts';

export interface SoakMember {
  /** Throws once the process has ended. */
  look(): Promise<MemberSample>;
  /** Resolves to its exit code; null when a signal ended it. Once it has ended, does nothing more. */
  stop(): Promise<number | null>;
}

const MIB = 1024 * 1024;

export const startMember = async (env: NodeJS.ProcessEnv): Promise<SoakMember> => {
  const member = start({ ...env, HTTP_PORT: '0' });
  const { pid = 0 } = member;
  const hasEnded = (): boolean => member.exitCode !== null || member.signalCode !== null;
  const port = await portOf(member);
  return {
    look: async () => {
      if (hasEnded()) throw new Error(`a member ended by itself, with ${member.exitCode ?? member.signalCode}`);
      const { metrics } = await take(port, pid);
      return { ...ofMetrics(metrics), ...ofProcess(pid) };
    },
    stop: async () => {
      if (!hasEnded()) {
        member.kill('SIGTERM');
        await once(member, 'exit');
      }
      return member.exitCode;
    },
  };
};

const ofMetrics = (metrics: ReadonlyMap<string, number>) => {
  const value = (name: string): number => {
    const found = metrics.get(name);
    if (found === undefined) throw new Error(`the member has no metric ${name}`);
    return found;
  };
  /** Over all labels; a counter with labels is absent until it counts. */
  const total = (name: string): number =>
    [...metrics].filter(([each]) => each.startsWith(`${name}{`)).reduce((sum, [, count]) => sum + count, 0);
  return {
    heapMiB: value('nodejs_heap_size_used_bytes') / MIB,
    externalMiB: value('nodejs_external_memory_bytes') / MIB,
    loopDelayMs: value('nodejs_eventloop_lag_p99_seconds') * 1000,
    consumed: value('customer_profile_records_consumed_total'),
    versions: value('customer_profile_versions_published_total'),
    recoveries: total('customer_profile_task_recoveries_total'),
    incidents: total('customer_profile_incidents_total'),
  };
};

const ofProcess = (pid: number) => {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const field = (name: string): number => {
    const text = new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1];
    if (text === undefined) throw new Error(`the kernel says nothing of ${name}: the member is ending`);
    return Number(text);
  };
  return {
    rssMiB: field('VmRSS') / 1024,
    threads: field('Threads'),
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
  };
};
