/** The commands `run`, with what its probes answer, and `check` as processes. */
import { type Ended, startChild } from './child.ts';
import { until } from './until.ts';

export interface Probe {
  readonly status: number;
  readonly body: { readonly status: string; readonly reasons?: readonly string[] };
}

export interface RunProcess {
  /** Of its probes and metrics. */
  readonly port: number;
  readonly ended: Promise<Ended>;
  probe(path: '/livez' | '/readyz'): Promise<Probe>;
  /** What Prometheus would read. */
  metrics(): Promise<string>;
  /** Resolves once `/readyz` answers with this status. */
  is(status: 'ready' | 'degraded' | 'not-ready', ms?: number): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  /** SIGTERM, and the wait for its end. */
  stop(): Promise<Ended>;
  output(): string;
}

/** `main`: the binary of the release that is to run. */
export const startRun = async (env: Readonly<Record<string, string>>, main = 'src/main.ts'): Promise<RunProcess> => {
  const child = startChild(['--import', './test/helpers/end-with-parent.ts', main, 'run'], env);
  const port = () => /"port":(\d+)/.exec(child.output())?.[1];
  let isOver = false;
  void child.ended.then(() => (isOver = true));
  await until('the probes can be asked', () => {
    if (isOver) throw new Error(`it did not start: ${child.output()}`);
    return port() !== undefined;
  });
  const get = (path: string): Promise<Response> =>
    fetch(`http://127.0.0.1:${port()}${path}`, { signal: AbortSignal.timeout(2_000) });
  const probe: RunProcess['probe'] = async (path) => {
    const response = await get(path);
    return { status: response.status, body: (await response.json()) as Probe['body'] };
  };
  return {
    port: Number(port()),
    probe,
    metrics: async () => (await get('/metrics')).text(),
    is: (status, ms) => until(`it is ${status}`, async () => (await probe('/readyz')).body.status === status, ms),
    ended: child.ended,
    signal: child.signal,
    stop: () => {
      child.signal('SIGTERM');
      return child.ended;
    },
    output: child.output,
  };
};

/** The command `check` to its end. */
export const runCheck = async (env: Readonly<Record<string, string>>): Promise<Ended & { readonly output: string }> => {
  const child = startChild(['src/main.ts', 'check'], env);
  return { ...(await child.ended), output: child.output() };
};
