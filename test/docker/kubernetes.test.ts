import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { parseAllDocuments } from 'yaml';
import { loadConfig } from '../../src/config/config.ts';
import { Environment } from '../../src/config/environment.ts';
import { ownHost } from '../fixtures/own-host.ts';
import { startService } from '../fixtures/service.ts';

const read = (path: string) => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');
const documents = parseAllDocuments(await read('docker/kubernetes.yaml'));
const [claim, deployment, service] = documents.map((document) => document.toJS());
const pod = deployment.spec.template.spec;
const [container, ...others] = pod.containers;
const dockerfile = await read('Dockerfile');
const image = Object.fromEntries(
  Array.from(dockerfile.matchAll(/\b([A-Z_]+)=(\S+)/g), ([, name, value]) => [name, value]),
);

t.test('the parts know each other by name', async (t) => {
  t.strictSame([claim.kind, deployment.kind, service.kind], ['PersistentVolumeClaim', 'Deployment', 'Service']);
  t.strictSame(
    documents.flatMap(({ errors, warnings }) => [...errors, ...warnings]),
    [],
  );
  t.strictSame(deployment.spec.selector.matchLabels, deployment.spec.template.metadata.labels);
  t.strictSame(service.spec.selector, deployment.spec.template.metadata.labels);
  t.strictSame(others, []);
  const mounted = container.volumeMounts.map(({ name }: { name: string }) => name);
  t.strictSame(
    mounted,
    pod.volumes.map(({ name }: { name: string }) => name),
  );
});

t.test('its settings are the service’s own, and secrets come from files', async (t) => {
  const secrets = t.testdir({ 'access-token': 'a-long-lived-token\n', 'api-keys': 'bot=0123456789abcdef\n' });
  const entries: { name: string; value: string }[] = container.env;
  for (const { name } of entries) t.ok(name in Environment.properties, `${name} is a setting`);
  const secretsPath = mountPath('secrets');
  const values = entries.map(({ name, value }) => [name, value.replace(secretsPath, secrets)]);
  const config = loadConfig({ HOST: image.HOST, ...Object.fromEntries(values) });
  t.match(config.account?.access, { accessToken: 'a-long-lived-token' });
  t.equal(config.apiKeys.length, 1);
  t.equal(join(mountPath('fields'), 'amo_fields.json'), join('/srv', config.account?.fieldsFile.path ?? ''));
  const files = values.map(([, value]) => String(value)).filter((value) => value.startsWith(secrets));
  t.equal(files.length, 2, 'no secret is a variable');
  t.equal(pod.volumes.find(({ name }: { name: string }) => name === 'secrets').secret.defaultMode, 0o440);
});

t.test('one process at a time, with a volume that outlives it and time to drain', async (t) => {
  t.equal(deployment.spec.replicas, 1);
  t.strictSame(deployment.spec.strategy, { type: 'Recreate' });
  t.strictSame(claim.spec.accessModes, ['ReadWriteOnce']);
  t.match(pod.volumes[0], { name: 'data', persistentVolumeClaim: { claimName: claim.metadata.name } });
  t.equal(mountPath('data'), image.DATA_DIR);
  t.ok(pod.terminationGracePeriodSeconds > 10);
});

t.test('its probes reach the port of the image, and an outage of amoCRM does not fail them', async (t) => {
  const { app, sandbox } = await startService(t, {
    env: { API_KEYS: 'bot=0123456789abcdef' },
    sandbox: { host: ownHost },
  });
  await sandbox.close();
  t.strictSame(container.ports, [{ name: 'http', containerPort: Number(image.PORT) }]);
  t.equal(service.spec.ports[0].targetPort, 'http');
  for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe']) {
    const { path, port } = container[probe].httpGet;
    t.equal(port, 'http');
    t.equal((await app.inject(path)).statusCode, 200, `${probe}: ${path}`);
  }
  t.equal((await app.inject('/health')).statusCode, 503);
});

t.test('it runs as the image’s user, with no right that it does not need', async (t) => {
  const [, user, group] = /^USER (\d+):(\d+)$/m.exec(dockerfile) ?? [];
  t.match(pod.securityContext, {
    runAsNonRoot: true,
    runAsUser: Number(user),
    runAsGroup: Number(group),
    fsGroup: Number(group),
    seccompProfile: { type: 'RuntimeDefault' },
  });
  t.strictSame(container.securityContext, {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  });
});

function mountPath(volume: string): string {
  return container.volumeMounts.find(({ name }: { name: string }) => name === volume).mountPath;
}
