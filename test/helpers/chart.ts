/** The chart as `helm template` renders it. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parse, parseAllDocuments } from 'yaml';
import { findHelm, NO_HELM } from '../../scripts/helm.ts';

export const CHART = 'helm/customer-profile-stream';

/** What is looked at of resources; a test that looks at something else's fields ends by itself. */
export interface Container {
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly envFrom: unknown;
  readonly ports: unknown;
  readonly resources: unknown;
  readonly securityContext: unknown;
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
  readonly startupProbe: Probe;
}
interface Probe {
  readonly httpGet: { readonly path: string };
}
interface SecretSource {
  readonly secret: {
    readonly name: string;
    readonly items: readonly { readonly key: string; readonly path: string }[];
  };
}
interface Rule {
  readonly ports: readonly { readonly port: number }[];
  readonly from?: unknown;
  readonly to?: unknown;
}
export interface Pod {
  readonly metadata: Resource['metadata'];
  readonly spec: {
    readonly containers: readonly [Container];
    readonly volumes: readonly [{ readonly projected: { readonly sources: readonly SecretSource[] } }];
  };
}
export interface Resource {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
  };
  readonly data: Readonly<Record<string, string>>;
  readonly spec: Pod['spec'] & {
    readonly template: Pod;
    readonly jobTemplate: { readonly spec: { readonly template: Pod } };
    readonly selector: Readonly<Record<string, unknown>> & { readonly matchLabels: object };
    readonly strategy: unknown;
    readonly ports: unknown;
    readonly triggers: readonly {
      readonly metadata: { readonly topic: string; readonly sasl?: string; readonly tls?: string };
      readonly authenticationRef?: { readonly name: string };
    }[];
    readonly ingress: readonly Rule[];
    readonly egress: readonly Rule[];
  };
}

export const valuesOf = (file: string): Record<string, unknown> =>
  parse(readFileSync(`${CHART}/${file}`, 'utf8')) as Record<string, unknown>;

const helm = await findHelm();

/** Skipped, with the reason in its name, where there is no helm. */
export const describeRendered = (name: string, tests: () => void): void => {
  if (helm) describe(name, tests);
  else describe.skip(`${name} (${NO_HELM})`, tests);
};

export interface Rendered {
  readonly status: number | null;
  readonly errors: string;
  readonly all: readonly Resource[];
  /** The only resource of this kind whose name ends so. */
  readonly one: (kind: string, suffix?: string) => Resource;
}

export const render = (values: object = {}, base = 'minimal'): Rendered => {
  const args = ['template', 'demo', CHART, '-f', `${CHART}/ci/${base}-values.yaml`, '-f', '-'];
  const options = { input: JSON.stringify(values), encoding: 'utf8' } as const;
  const { status, stdout, stderr } = spawnSync(helm ?? 'helm', args, options);
  const all = parseAllDocuments(stdout)
    .map((document) => document.toJS() as Resource | null)
    .filter((resource) => resource !== null);
  const one = (kind: string, suffix = ''): Resource => {
    const name = `demo-customer-profile-stream${suffix}`;
    const [found, ...more] = all.filter((each) => each.kind === kind && each.metadata.name === name);
    if (!found || more.length > 0) throw new Error(`not one ${kind} ${name}: ${stderr}`);
    return found;
  };
  return { status, errors: stderr, all, one };
};

/** Every pod of a rendering, by the kind that makes it. */
export const podsOf = ({ all }: Rendered): ReadonlyMap<string, Pod> =>
  new Map(
    all
      .filter(({ kind }) => ['Deployment', 'Job', 'Pod'].includes(kind))
      .map((each) => [each.kind, each.kind === 'Pod' ? each : each.spec.template]),
  );

/** The members', the topics job's and the test's. */
export const threePodsOf = (rendered: Rendered): readonly [Pod, Pod, Pod] => {
  const [member, topics, check] = ['Deployment', 'Job', 'Pod'].map((kind) => podsOf(rendered).get(kind));
  if (!member || !topics || !check) throw new Error(`not three pods: ${rendered.errors}`);
  return [member, topics, check];
};
