/** Holds the chart against helm's linter, and against kubeconform and kube-score where they are installed. */
import { spawnSync } from 'node:child_process';
import { findHelm, NO_HELM } from './helm.ts';

const CHART = 'helm/customer-profile-stream';
const KUBERNETES = ['1.31.0', '1.34.0'];
/** `KUBERNETES_SCHEMAS` names a folder or address of JSON schemas, as kubeconform's -schema-location does. */
const SCHEMAS = process.env['KUBERNETES_SCHEMAS'] || 'default';
const SCORE_EXCEPT = [
  // A throttled member misses its heartbeats.
  '--ignore-container-cpu-limit',
  // The operator's choice; a digest needs no pull.
  '--ignore-test=container-image-pull-policy',
  // Topology spread says it better.
  '--ignore-test=deployment-has-host-podantiaffinity',
];

const helm = await findHelm({ HELM_DOWNLOAD: '1', ...process.env });
if (!helm) {
  console.error(NO_HELM);
  process.exit(1);
}

let failed = 0;

const run = (what: string, command: string, args: readonly string[], input = ''): string => {
  const { error, status, stdout, stderr } = spawnSync(command, args, { input, encoding: 'utf8' });
  if ((error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT') {
    console.log(`skip  ${what}: there is no ${command}`);
    return '';
  }
  console.log(`${status === 0 ? 'ok  ' : 'FAIL'}  ${what}`);
  if (status !== 0) {
    failed++;
    console.log(stdout + stderr);
  }
  return stdout;
};

const conform = (what: string, manifests: string): void => {
  for (const version of KUBERNETES) {
    // Of KEDA and of the Prometheus operator there are no schemas there.
    const skipped = '-skip=ScaledObject,TriggerAuthentication,ServiceMonitor,PrometheusRule';
    const args = ['-strict', skipped, '-kubernetes-version', version, '-schema-location', SCHEMAS];
    run(`kubeconform, Kubernetes ${version}, ${what}`, process.env['KUBECONFORM'] || 'kubeconform', args, manifests);
  }
};

for (const name of ['minimal', 'everything']) {
  const values = ['-f', `${CHART}/ci/${name}-values.yaml`];
  run(`helm lint --strict, ${name}`, helm, ['lint', '--strict', CHART, ...values]);
  const manifests = run(`helm template, ${name}`, helm, ['template', 'check', CHART, ...values]);
  conform(name, manifests);
  if (name === 'minimal')
    run(`kube-score, ${name}`, process.env['KUBE_SCORE'] || 'kube-score', ['score', ...SCORE_EXCEPT, '-'], manifests);
}
process.exitCode = failed > 0 ? 1 : 0;
