/** Alerts ask for what members tell, fire for their cause, and say what to do. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { findPrometheus, NO_PROMETHEUS } from '../../../scripts/prometheus.ts';
import { createMetrics } from '../../../src/operations/metrics.ts';
import { CHART, describeRendered, render } from '../../helpers/chart.ts';

interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly runbook: string };
}

const FILE = `${CHART}/alerts/rules.yaml`;
const read = (file: string): unknown => parse(readFileSync(file, 'utf8'));
const { groups } = read(FILE) as { groups: readonly { readonly rules: readonly Alert[] }[] };
const alerts = groups.flatMap(({ rules }) => rules);

it.each(alerts.map((alert) => [alert.alert, alert] as const))(
  'asks for metrics that there are, and has a runbook: %s',
  async (_, alert) => {
    const told = await createMetrics('0').text();
    const asked = alert.expr.match(/customer_profile_\w+/g) ?? [];
    expect(asked.length).toBeGreaterThan(0);
    for (const name of asked) expect(told).toContain(`# TYPE ${name} `);
    const runbook = readFileSync(`docs/runbooks/${alert.annotations.runbook}.md`, 'utf8');
    for (const part of ['What it means', 'What to look at', 'What to do', 'How to know'])
      expect(runbook).toContain(part);
    expect(readFileSync('docs/runbooks/README.md', 'utf8')).toContain(`\`${alert.alert}\``);
  },
);

const found = await findPrometheus();

(found === null ? it.skip : it)(
  `fire for their cause and for nothing else${found === null ? ` (${NO_PROMETHEUS})` : ''}`,
  () => {
    const args = ['test', 'rules', `${CHART}/alerts/tests.yaml`];
    const { status, stdout, stderr } = spawnSync(found?.promtool ?? '', args, { encoding: 'utf8' });
    expect([status, stderr, stdout]).toEqual([0, '', expect.stringContaining('SUCCESS')]);
  },
);

it('are each tried with a cause that fires them', () => {
  const { tests } = read(`${CHART}/alerts/tests.yaml`) as {
    tests: { alert_rule_test: { alertname: string; exp_alerts: unknown[] }[] }[];
  };
  const fired = tests.flatMap((test) => test.alert_rule_test).filter((each) => each.exp_alerts.length > 0);
  expect([...new Set(fired.map(({ alertname }) => alertname))].sort()).toEqual(alerts.map(({ alert }) => alert).sort());
});

describeRendered('the chart', () => {
  it('gives them to the operator of Prometheus where that is switched on', () => {
    expect(render().all.map(({ kind }) => kind)).not.toContain('PrometheusRule');
    const rule = render({ prometheusRule: { enabled: true, labels: { release: 'prometheus' } } }).one('PrometheusRule');
    expect(rule.metadata.labels).toMatchObject({ release: 'prometheus' });
    expect(rule.spec).toEqual(read(FILE));
  });
});
