import { type Container, describeRendered, type Pod, podsOf, render, threePodsOf } from '../../helpers/chart.ts';

const bases = ['minimal', 'everything'];
const containerOf = (pod: Pod): Container => pod.spec.containers[0];
const envOf = (pod: Pod): Record<string, string> =>
  Object.fromEntries(containerOf(pod).env.map(({ name, value }) => [name, value]));

describeRendered('every pod of the chart', () => {
  it.each(bases)('is confined as the restricted standard asks, and as nothing is written (%s)', (base) => {
    for (const pod of threePodsOf(render({}, base))) {
      expect(pod.spec).toMatchObject({
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      });
      expect(containerOf(pod).securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(containerOf(pod).resources).toMatchObject({
        requests: { cpu: expect.any(String) as string, memory: expect.any(String) as string },
        limits: { memory: expect.any(String) as string },
      });
    }
  });

  it('belongs to no service and no disruption budget unless it is a member', () => {
    const rendered = render();
    const [member, topics, check] = threePodsOf(rendered);
    const selectors = [
      rendered.one('Service').spec.selector,
      rendered.one('PodDisruptionBudget').spec.selector.matchLabels,
      rendered.one('Deployment').spec.selector.matchLabels,
    ];
    for (const selector of selectors) {
      expect(member.metadata.labels).toMatchObject(selector);
      for (const other of [topics, check]) expect(other.metadata.labels).not.toMatchObject(selector);
    }
  });

  it('reads secrets as files of existing Secrets, and the topics job only what it needs', () => {
    const rendered = render({}, 'everything');
    const [member, topics, check] = threePodsOf(rendered);
    expect(rendered.all.filter(({ kind }) => kind === 'Secret')).toEqual([]);
    for (const pod of [member, check]) {
      expect(envOf(pod)['MONGODB_URI_FILE']).toBe('/etc/customer-profile/secrets/MONGODB_URI');
      expect(pod.spec.volumes[0].projected.sources).toContainEqual({
        secret: { name: 'mongodb', items: [{ key: 'uri', path: 'MONGODB_URI' }] },
      });
    }
    const paths = topics.spec.volumes[0].projected.sources.map(({ secret }) => secret.items[0]?.path);
    expect(paths).toEqual(['KAFKA_SASL_PASSWORD', 'SCHEMA_REGISTRY_PASSWORD']);
  });
});

describeRendered('the group', () => {
  it('lets one member leave before another joins, and stops and probes it by what it answers', () => {
    const { spec } = render().one('Deployment');
    expect(spec.strategy).toEqual({ type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } });
    expect(render({ strategy: 'Recreate' }).one('Deployment').spec.strategy).toEqual({ type: 'Recreate' });
    const { livenessProbe, readinessProbe, startupProbe } = containerOf(spec.template);
    const paths = [livenessProbe, readinessProbe, startupProbe].map(({ httpGet }) => httpGet.path);
    expect(paths).toEqual(['/livez', '/readyz', '/livez']);
  });

  it('creates its topics before an install and an upgrade, or not at all', () => {
    const job = render({ topics: { partitions: 24, replicationFactor: 3 } }).one('Job', '-topics');
    expect(job.metadata.annotations['helm.sh/hook']).toBe('pre-install,pre-upgrade');
    expect(containerOf(job.spec.template).args).toEqual([
      ...['topics', '--yes', '--partitions=24', '--replication-factor=3'],
    ]);
    expect([...podsOf(render({ topics: { create: false } })).keys()].sort()).toEqual(['Deployment', 'Pod']);
  });

  it('lets go of what is due on schedule, by the policy that it is given', () => {
    expect(render().all.map(({ kind }) => kind)).not.toContain('CronJob');
    const files = { RETENTION_FILE: '{"version":1,"rules":[]}' };
    const job = render({ files, retention: { schedule: '17 2 * * *', rate: 50 } }).one('CronJob', '-retention');
    const pod = job.spec.jobTemplate.spec.template;
    expect(containerOf(pod).args).toEqual(['retention', '--yes', '--rate=50']);
    expect(envOf(pod)).toMatchObject({ RETENTION_FILE: '/etc/customer-profile/files/RETENTION_FILE.json' });
    expect(pod.spec).toMatchObject({ automountServiceAccountToken: false, securityContext: { runAsNonRoot: true } });
    expect(job.spec.jobTemplate.spec).toMatchObject({ activeDeadlineSeconds: 82_800 });
    const unset = { schedule: '17 2 * * *', rate: null, deadlineSeconds: null };
    const plain = render({ files, retention: unset }).one('CronJob', '-retention').spec.jobTemplate;
    expect(plain.spec).not.toHaveProperty('activeDeadlineSeconds');
    expect(containerOf(plain.spec.template).args).toEqual(['retention', '--yes']);
    expect(render({ retention: { schedule: '17 2 * * *' } }).errors).toContain('needs the policy');
    expect(render({ files, retention: { schedule: 'at night' } }).status).not.toBe(0);
    const long = render({ files, retention: { schedule: '17 2 * * *' }, fullnameOverride: 'a'.repeat(60) });
    // The API server refuses longer ones.
    expect(long.all.find(({ kind }) => kind === 'CronJob')?.metadata.name).toHaveLength(52);
  });
});
