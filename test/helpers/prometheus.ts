/** A real Prometheus that reads the metrics of members, and evaluates the alerts of the chart. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { stringify } from 'yaml';
import { freePort } from '../../src/backing/ports.ts';
import { CHART } from './chart.ts';
import { startCommand } from './child.ts';
import { until } from './until.ts';

export interface PrometheusServer {
  /** The values of an instant query; NaN where a series has none. */
  query(expression: string): Promise<readonly number[]>;
  rules(): Promise<readonly { readonly name: string; readonly health: string; readonly state: string }[]>;
  stop(): Promise<void>;
}

/** `ports`: of members on this host. */
export const startPrometheus = async (binary: string, ports: readonly number[]): Promise<PrometheusServer> => {
  const directory = await mkdtemp(join(tmpdir(), 'prometheus-'));
  const targets = ports.map((port) => `127.0.0.1:${port}`);
  const config = {
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: [resolve(CHART, 'alerts/rules.yaml')],
    scrape_configs: [{ job_name: 'customer-profile', static_configs: [{ targets }] }],
  };
  const file = join(directory, 'prometheus.yml');
  await writeFile(file, stringify(config));
  const address = `127.0.0.1:${await freePort()}`;
  const server = startCommand(binary, [
    `--config.file=${file}`,
    `--storage.tsdb.path=${join(directory, 'data')}`,
    `--web.listen-address=${address}`,
  ]);
  const get = async <T>(path: string): Promise<T> =>
    ((await (await fetch(`http://${address}/api/v1/${path}`)).json()) as { data: T }).data;
  await until('Prometheus is ready', () =>
    fetch(`http://${address}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    ),
  );
  return {
    query: async (expression) => {
      const path = `query?${new URLSearchParams({ query: expression }).toString()}`;
      const { result } = await get<{ result: readonly { value: [number, string] }[] }>(path);
      return result.map(({ value }) => Number(value[1]));
    },
    rules: async () => {
      const { groups } = await get<{ groups: readonly { rules: Awaited<ReturnType<PrometheusServer['rules']>> }[] }>(
        'rules',
      );
      return groups.flatMap(({ rules }) => rules);
    },
    stop: async () => {
      server.signal('SIGTERM');
      await server.ended;
      await rm(directory, { recursive: true });
    },
  };
};
