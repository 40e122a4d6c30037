/** The dashboard asks for what members tell, and gets to Grafana. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { createMetrics } from '../../../src/operations/metrics.ts';
import { describeRendered, render } from '../../helpers/chart.ts';
import { DASHBOARD, dashboard, panels, queries } from '../../helpers/dashboard.ts';

it.each(panels.map((panel) => [panel.title, panel] as const))(
  'asks for metrics that there are: %s',
  async (_, panel) => {
    const told = await createMetrics('0').text();
    for (const { expr } of panel.targets) {
      const asked = expr.match(/(?:customer_profile|nodejs|process)_\w+/g) ?? [];
      expect(asked.length).toBeGreaterThan(0);
      for (const name of asked) {
        const family = name.replace(/_(bucket|sum|count)$/, '');
        expect([`# TYPE ${name} `, `# TYPE ${family} histogram`].some((type) => told.includes(type))).toBe(true);
      }
      // Of a job that can be chosen, so that two installations are told apart.
      expect(expr.match(/\{/g)?.length).toBe(expr.match(/\{job=~"\$job"[,}]/g)?.length);
    }
  },
);

it('shows every metric of ours', async () => {
  const told = await createMetrics('0').text();
  const ours = [...told.matchAll(/^# TYPE (customer_profile_\w+)/gm)].flatMap(([, name]) => name ?? []);
  const asked = queries.join('\n');
  expect(ours.filter((name) => !asked.includes(name))).toEqual([]);
});

it('answers five questions, each in a row, and no panel lies on another', () => {
  const rows = dashboard.panels.filter(({ type }) => type === 'row').map(({ title }) => title);
  expect(rows.slice(0, 5)).toEqual([
    ...['Are we keeping up?', 'Are we refusing input?', 'Are we failing?', 'Who is slow?'],
    'What did the last rebalance cost?',
  ]);
  const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)} ${y + Math.floor(cell / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
  expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
});

it('is the first thing Grafana shows where all runs in containers', () => {
  const { services } = parse(readFileSync('compose.yaml', 'utf8')) as {
    services: { grafana: { environment: Record<string, string>; volumes: string[] } };
  };
  const { environment, volumes } = services.grafana;
  const [, folder] = volumes.flatMap((each) => /^\.\/helm\/.*\/dashboards:([^:]+):ro$/.exec(each) ?? []);
  expect(environment['GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH']).toBe(`${String(folder)}/customer-profile.json`);
  const provided = parse(readFileSync('compose/grafana-dashboards.yml', 'utf8')) as {
    providers: { options: { path: string } }[];
  };
  expect(provided.providers.map(({ options }) => options.path)).toEqual([folder]);
});

describeRendered('the chart', () => {
  it('gives it to the sidecar of Grafana where that is switched on', () => {
    const named = ({ kind, metadata }: { kind: string; metadata: { name: string } }) =>
      kind === 'ConfigMap' && metadata.name.endsWith('-dashboard');
    expect(render().all.filter(named)).toEqual([]);
    const [map] = render({ dashboard: { enabled: true } }).all.filter(named);
    expect(map?.metadata.labels).toMatchObject({ grafana_dashboard: '1' });
    expect(JSON.parse(map?.data['customer-profile.json'] ?? '')).toEqual(JSON.parse(readFileSync(DASHBOARD, 'utf8')));
  });
});
