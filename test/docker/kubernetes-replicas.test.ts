import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { parseAllDocuments } from 'yaml';
import { loadConfig } from '../../src/config/config.ts';
import { Environment } from '../../src/config/environment.ts';
import { startService } from '../fixtures/service.ts';

const read = (path: string) => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');
const manifest = await read('docker/kubernetes-replicas.yaml');
const documents = parseAllDocuments(manifest);
const [deployment, service, each, budget, policy, monitor] = documents.map((document) => document.toJS());
const pod = deployment.spec.template.spec;
const [container, ...others] = pod.containers;
const [single] = parseAllDocuments(await read('docker/kubernetes.yaml')).flatMap((document) => {
  const made = document.toJS();
  return made.kind === 'Deployment' ? [made.spec.template.spec] : [];
});
const labels = deployment.spec.template.metadata.labels;
const secretsPath = '/run/secrets/amocrm-steps';

interface Entry {
  name: string;
  value?: string;
  valueFrom?: object;
}

t.test('the parts know each other by name', async (t) => {
  t.strictSame(
    documents.map((document) => document.toJS()).map(({ kind }) => kind),
    ['Deployment', 'Service', 'Service', 'PodDisruptionBudget', 'NetworkPolicy', 'ServiceMonitor'],
  );
  t.strictSame(
    documents.flatMap(({ errors, warnings }) => [...errors, ...warnings]),
    [],
  );
  t.strictSame(others, []);
  for (const selected of [
    deployment.spec.selector.matchLabels,
    pod.topologySpreadConstraints[0].labelSelector.matchLabels,
    service.spec.selector,
    each.spec.selector,
    budget.spec.selector.matchLabels,
    policy.spec.podSelector.matchLabels,
  ]) {
    t.strictSame(selected, labels);
  }
  t.strictSame(
    container.volumeMounts.map(({ name }: { name: string }) => name),
    pod.volumes.map(({ name }: { name: string }) => name),
  );
  t.strictSame(
    deployment.metadata.name,
    'amocrm-steps',
    'in place of the one process, so that nobody runs both by accident',
  );
});

t.test(
  'its settings are the service’s own, secrets come from files, and each has the address of its pod',
  async (t) => {
    const secrets = t.testdir({
      'access-token': 'a-long-lived-token\n',
      'api-keys': 'bot=0123456789abcdef,prometheus:metrics=fedcba9876543210\n',
      'database-url': 'postgres://steps:word@db.example.com/steps\n',
      'secret-key': `${Buffer.alloc(32, 7).toString('base64')}\n`,
    });
    const entries: Entry[] = container.env;
    const settings = entries.filter(({ value }) => value !== undefined);
    for (const { name } of settings) t.ok(name in Environment.properties, `${name} is a setting`);
    t.strictSame(
      entries.filter(({ value }) => value === undefined),
      [{ name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }],
    );
    const values = settings.map(({ name, value = '' }) => [
      name,
      value.replace(secretsPath, secrets).replace('$(POD_IP)', '10.1.2.3'),
    ]);
    const config = loadConfig({ HOST: '0.0.0.0', ...Object.fromEntries(values) });
    t.match(config.account?.access, { accessToken: 'a-long-lived-token' });
    t.match(config, { databaseUrl: 'postgres://steps:word@db.example.com/steps', replicaUrl: 'http://10.1.2.3:8080' });
    t.equal(config.secretKeys?.length, 1);
    t.equal(join('/srv', config.account?.fieldsFile.path ?? ''), '/srv/app/config/amo_fields.json');
    const files = values.map(([, value = '']) => value).filter((value) => value.startsWith(secrets));
    const { defaultMode, items } = pod.volumes.find(({ name }: { name: string }) => name === 'secrets').secret;
    t.strictSame(files.map((file) => file.slice(secrets.length + 1)).sort(), items.map(pathOf).sort());
    t.equal(defaultMode, 0o440);
  },
);

t.test('what stands there as a comment is right: OAuth, and accounts that come by HTTP', async (t) => {
  const secrets = t.testdir({
    'client-secret': 'the-secret-of-the-integration\n',
    'admin-keys': 'ops=0123456789abcdef\n',
    'api-keys': 'prometheus:metrics=fedcba9876543210\n',
    'database-url': 'postgres://steps:word@db.example.com/steps\n',
    'secret-key': `${Buffer.alloc(32, 7).toString('base64')}\n`,
  });
  const commented = [...manifest.matchAll(/^ *# - name: (\w+)\n *# {3}value: (\S+)$/gm)];
  const offered = commented.map(([, name = '', value = '']) => ({ name, value }));
  t.strictSame(
    offered.map(({ name }) => name),
    ['AMO_CLIENT_ID', 'AMO_CLIENT_SECRET_FILE', 'AMO_REDIRECT_URI', 'ADMIN_KEYS_FILE'],
  );
  const [admin] = offered.filter(({ name }) => name === 'ADMIN_KEYS_FILE');
  const own: { name: string; value: string }[] = container.env.filter(({ value }: Entry) => value !== undefined);
  const load = (entries: typeof own) => {
    const values = entries.map(({ name, value }) => [name, value.replace(secretsPath, secrets)]);
    return loadConfig({ ...Object.fromEntries(values), REPLICA_URL: 'http://10.1.2.3:8080' });
  };
  const withOauth = load([
    ...own.filter(({ name }) => name !== 'AMO_ACCESS_TOKEN_FILE'),
    ...offered.filter((entry) => entry !== admin),
  ]);
  t.match(withOauth.account, { baseUrl: 'https://example.amocrm.ru', access: { kind: 'oauth' } });
  const many = load([...own.filter(({ name }) => !name.startsWith('AMO_')), ...(admin === undefined ? [] : [admin])]);
  t.match(many, { account: undefined, adminKeys: [{ caller: 'ops' }] });
  const files = offered.flatMap(({ value }) =>
    value.startsWith(secretsPath) ? value.slice(secretsPath.length + 1) : [],
  );
  const items = [...manifest.matchAll(/^ *# - \{ key: (\S+), path: (\S+) \}/gm)].map(([, key, path]) => [key, path]);
  t.strictSame(
    items,
    files.map((file) => [file, file]),
  );
  for (const file of files) t.match(manifest, new RegExp(`^#.*--from-file=${file}\\b`, 'm'), 'how to make the secret');
});

t.test('one after the other, each given the time to drain, and never two machines at once', async (t) => {
  t.match(deployment.spec, { replicas: 3, minReadySeconds: 5 });
  t.strictSame(deployment.spec.strategy, {
    type: 'RollingUpdate',
    rollingUpdate: { maxUnavailable: 0, maxSurge: 1 },
  });
  t.equal(budget.spec.maxUnavailable, 1);
  const asleep = container.lifecycle.preStop.sleep.seconds;
  const { periodSeconds, failureThreshold } = container.readinessProbe;
  t.ok(asleep >= periodSeconds * failureThreshold);
  // The service ends within 10 s by itself.
  t.ok(pod.terminationGracePeriodSeconds >= asleep + 15);
});

t.test('probes: readiness by the lease, the others by the process alone', async (t) => {
  const { app } = await startService(t, { env: { API_KEYS: 'bot=0123456789abcdef' } });
  const paths = ['startupProbe', 'readinessProbe', 'livenessProbe'].map((probe) => container[probe].httpGet);
  t.strictSame(paths, [
    { path: '/health/live', port: 'http' },
    { path: '/health/ready', port: 'http' },
    { path: '/health/live', port: 'http' },
  ]);
  for (const { path } of paths) t.equal((await app.inject(path)).statusCode, 200, path);
  const { periodSeconds, failureThreshold } = container.startupProbe;
  t.ok(periodSeconds * failureThreshold > 15, 'longer than a start waits for the database');
});

t.test('it runs with no more rights than one process does', async (t) => {
  const { fsGroupChangePolicy: _, ...rights } = single.securityContext;
  t.strictSame(pod.securityContext, rights);
  t.strictSame(container.securityContext, single.containers[0].securityContext);
  t.strictSame(container.resources, single.containers[0].resources);
  t.strictSame(container.ports, single.containers[0].ports);
  t.match(pod, { automountServiceAccountToken: false, enableServiceLinks: false });
});

t.test('the network: replicas, callers and Prometheus in; replicas, names, PostgreSQL and amoCRM out', async (t) => {
  t.strictSame(policy.spec.policyTypes, ['Ingress', 'Egress']);
  const ports = (rules: { ports: { port: unknown }[] }[]) =>
    rules.flatMap((rule) => rule.ports.map(({ port }) => port)).sort();
  t.strictSame(ports(policy.spec.ingress), ['http']);
  t.strictSame(ports(policy.spec.egress), [443, 53, 53, 5432, 'http'].sort());
  const [{ from }] = policy.spec.ingress;
  t.strictSame(from[0], { podSelector: { matchLabels: labels } });
  const among = policy.spec.egress.find((rule: { ports: { port: unknown }[] }) => rule.ports[0]?.port === 'http');
  t.strictSame(among.to, [{ podSelector: { matchLabels: labels } }]);
  const outside = policy.spec.egress.find((rule: { ports: { port: unknown }[] }) => rule.ports[0]?.port === 443);
  t.match(outside.to, [{ ipBlock: { cidr: '0.0.0.0/0', except: ['10.0.0.0/8'] } }]);
});

t.test('Prometheus sees each replica under the job that the alerts go by, with a key of its own', async (t) => {
  t.match(each.spec, { clusterIP: 'None', publishNotReadyAddresses: true });
  const { selector, endpoints, jobLabel } = monitor.spec;
  const { authorization, ...endpoint } = endpoints[0];
  t.strictSame(each.metadata.labels, selector.matchLabels);
  t.notMatch(service.metadata.labels, selector.matchLabels, 'and none of them twice');
  t.equal(each.metadata.labels[jobLabel], 'amocrm-steps');
  t.strictSame(endpoint, { port: each.spec.ports[0].name, path: '/metrics', interval: '15s' });
  t.strictSame(authorization.credentials, { name: 'amocrm-steps', key: 'metrics-key' });
  const { app } = await startService(t, { env: { API_KEYS: 'prometheus:metrics=fedcba9876543210' } });
  const headers = { authorization: `${authorization.type} fedcba9876543210` };
  t.equal((await app.inject({ url: endpoint.path, headers })).statusCode, 200);
});

function pathOf({ path }: { path: string }): string {
  return path;
}
