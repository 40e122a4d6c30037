/** The member that is measured: the binary as it is built and started, seen only through its metrics. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const BINARY = fileURLToPath(new URL('../dist/main.js', import.meta.url));

export interface Measured {
  readonly events: number;
  readonly versions: number;
  readonly seconds: number;
  readonly batches: number;
  /** Of all threads of the member, garbage collection included. */
  readonly cpuSeconds: number;
  readonly msPerBatch: Readonly<Record<string, number>>;
}

export interface Member {
  /** Holds the process while `work` happens outside. */
  paused(work: () => Promise<void>): Promise<void>;
  /** What it does with so many events that wait for it; resolves once it has consumed them all. */
  measure(events: number): Promise<Measured>;
  /** Since its start. */
  totals(): Promise<{ recoveries: number; peakRssMiB: number }>;
  /** Once it has stopped, does nothing more. */
  stop(): Promise<void>;
}

interface Sample {
  readonly at: number;
  readonly cpuSeconds: number;
  readonly metrics: ReadonlyMap<string, number>;
}

/** A look at the metrics costs the member some milliseconds: few, and close together only towards the end. */
const POLL_MS = { first: 2_000, last: 50 };
const STALL_MS = 60_000;

/** Towards the end of the events the partitions run dry, one after the other: no steady state, and not measured. */
const STEADY = 0.85;

export const startMember = async (env: NodeJS.ProcessEnv, { profile }: { profile: boolean }): Promise<Member> => {
  const member = start({ ...env, HTTP_PORT: '0', ...(profile ? { NODE_OPTIONS: '--cpu-prof' } : {}) });
  const pid = member.pid ?? 0;
  const port = await portOf(member);
  let before = await take(port, pid);
  return {
    paused: async (work) => {
      member.kill('SIGSTOP');
      await work().finally(() => member.kill('SIGCONT'));
      before = await take(port, pid);
    },
    measure: async (events) => {
      const first = before;
      const last = await sampleWhen(port, pid, consumed(first) + events * STEADY);
      before = await sampleWhen(port, pid, consumed(first) + events);
      return difference(first, last);
    },
    totals: async () => ({ recoveries: recoveries(await take(port, pid)), peakRssMiB: peakRssMiB(pid) }),
    stop: async () => {
      if (member.exitCode !== null || member.signalCode !== null) return;
      member.kill('SIGTERM');
      await once(member, 'exit');
    },
  };
};

/** As the first line of the binary says, which is also where its flags are. */
export const start = (env: NodeJS.ProcessEnv): ChildProcess => {
  const [, interpreter = 'node'] = /^#!\/usr\/bin\/env -S (.*)/.exec(readFileSync(BINARY, 'utf8')) ?? [];
  return spawn('env', [...interpreter.split(' '), BINARY, 'run'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
};

/** The log is read to its end, or the member would wait for its reader. */
export const portOf = (member: ChildProcess): Promise<number> =>
  new Promise((resolve, reject) => {
    if (member.stdout === null) throw new TypeError('the member has no log');
    createInterface(member.stdout).on('line', (line) => {
      if (!line.startsWith('{')) return void process.stderr.write(`${line}\n`);
      const { port } = JSON.parse(line) as { port?: number };
      if (port !== undefined) resolve(port);
    });
    member.once('exit', (code) => reject(new Error(`the member ended with ${code}`)));
  });

const sampleWhen = async (port: number, pid: number, events: number): Promise<Sample> => {
  let [known, knownAt, pause] = [-1, performance.now(), POLL_MS.first];
  for (;;) {
    const sample = await take(port, pid);
    const so = consumed(sample);
    if (so >= events) return sample;
    if (sample.at - knownAt > STALL_MS) throw new Error(`the member stands still at ${so} of ${events} events`);
    if (so > known) {
      const msLeft = known < 0 ? POLL_MS.first * 2 : ((events - so) / (so - known)) * (sample.at - knownAt);
      pause = Math.min(POLL_MS.first, Math.max(POLL_MS.last, msLeft / 2));
      [known, knownAt] = [so, sample.at];
    }
    await sleep(pause);
  }
};

export const take = async (port: number, pid: number): Promise<Sample> => {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const metrics = new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]));
  return { at: performance.now(), cpuSeconds: cpuSeconds(pid), metrics };
};

const consumed = ({ metrics }: Sample): number => metrics.get('customer_profile_records_consumed_total') ?? 0;

const recoveries = ({ metrics }: Sample): number =>
  [...metrics]
    .filter(([name]) => name.startsWith('customer_profile_task_recoveries_total'))
    .reduce((sum, [, count]) => sum + count, 0);

const STAGES = ['read', 'decode', 'load', 'merge', 'save', 'publish'];

const difference = (first: Sample, last: Sample): Measured => {
  const grown = (name: string): number => (last.metrics.get(name) ?? 0) - (first.metrics.get(name) ?? 0);
  const stage = (of: 'sum' | 'count', name: string) =>
    grown(`customer_profile_batch_stage_seconds_${of}{stage="${name}"}`);
  const batches = stage('count', 'publish');
  return {
    events: grown('customer_profile_records_consumed_total'),
    versions: grown('customer_profile_versions_published_total'),
    seconds: (last.at - first.at) / 1000,
    batches,
    cpuSeconds: last.cpuSeconds - first.cpuSeconds,
    msPerBatch: Object.fromEntries(STAGES.map((name) => [name, (stage('sum', name) * 1000) / batches])),
  };
};

const peakRssMiB = (pid: number): number =>
  Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;

/** User and system time of a process; the kernel counts in hundredths of a second. */
const cpuSeconds = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
};
