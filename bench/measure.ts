/** One measurement: a history, then stretches that our member and the bare loops take in turns on the same servers. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { loadConfig } from '../src/config.ts';
import type { BareResult } from './bare.ts';
import { prepare } from './installation.ts';
import { type Member, startMember } from './member.ts';
import { ratesOf, reportOf, type Stretch } from './report.ts';
import { eventsOf, eventsOfStretch, publish, type Workload } from './workload.ts';

/** A loop writes one bulk after the other; how much mongod would take with more under way is measured too. */
const CONCURRENCY = [1, 2, 4];

export interface Measurement {
  readonly workload: Workload;
  readonly partitions: number;
  /** Writes a CPU profile of the member. */
  readonly profile: boolean;
  readonly say: (text: string) => void;
}

/** `env`: what member and loops are configured with; topics and database must be new. */
export const measure = async (env: NodeJS.ProcessEnv, { workload, partitions, profile, say }: Measurement) => {
  const bare = new Map<number, ChildProcess>();
  const members: Member[] = [];
  const start = async (...said: Parameters<typeof startMember>): Promise<Member> => {
    const member = await startMember(...said);
    members.push(member);
    return member;
  };
  try {
    const config = loadConfig(env);
    const { schemaIds, copyProfiles, profileSizes, lag } = await prepare(config, partitions);
    const events = eventsOf(workload);

    say(`history: ${workload.history} events of ${workload.customers} customers`);
    await publish(config, schemaIds, events, workload.history);
    const builder = await start(env, { profile: false });
    const history = await builder.measure(workload.history);
    await builder.stop();

    say('planning the writes of the bare loop');
    const before = await profileSizes();
    for (const concurrency of CONCURRENCY) {
      const database = `${config.mongodb.database}-bare-${concurrency}`;
      await copyProfiles(database);
      const child = fork(new URL('bare.ts', import.meta.url), {
        env: {
          ...env,
          MONGODB_DATABASE: database,
          BENCH_WORKLOAD: JSON.stringify(workload),
          BENCH_BATCH: String(Math.round(history.events / history.batches)),
        },
      });
      await once(child, 'message');
      bare.set(concurrency, child);
    }

    const runBare = async (concurrency: number, child: ChildProcess): Promise<BareResult> => {
      child.send(concurrency);
      const [result] = (await once(child, 'message')) as [BareResult];
      return result;
    };

    const member = await start(env, { profile });
    const stretches: Stretch[] = [];
    for (let stretch = 0; stretch < workload.stretches; stretch += 1) {
      // So that all of it waits when the member goes on.
      await member.paused(() => publish(config, schemaIds, events, eventsOfStretch(workload)));
      const ours = await member.measure(eventsOfStretch(workload));
      const results = new Map<number, BareResult>();
      for (const [concurrency, child] of bare) results.set(concurrency, await runBare(concurrency, child));
      say(`${stretch === 0 ? 'warm-up' : `stretch ${stretch}`}: ${ratesOf({ ours, bare: results })}`);
      if (stretch > 0) stretches.push({ ours, bare: results });
    }
    const { recoveries, peakRssMiB } = await member.totals();
    await member.stop();

    return {
      ...reportOf(stretches),
      peakRssMiB: Math.round(peakRssMiB),
      recoveries,
      bytes: { before, after: await profileSizes() },
      notConsumed: await lag(),
    };
  } finally {
    for (const child of bare.values()) child.disconnect();
    await Promise.all(members.map((each) => each.stop()));
  }
};
