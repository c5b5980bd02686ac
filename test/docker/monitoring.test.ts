import { readFileSync } from 'node:fs';
import { Registry } from '@prometheus-io/client';
import t from 'tap';
import { parse } from 'yaml';
import { systemClock } from '../../src/clock.ts';
import { errorCodes } from '../../src/problems/catalogue.ts';
import { countAmocrm } from '../../src/telemetry/count-amocrm.ts';
import { countDirectory, gaugeDirectory } from '../../src/telemetry/count-directory.ts';
import { countKeys } from '../../src/telemetry/count-keys.ts';
import { countRequests } from '../../src/telemetry/count-requests.ts';
import { countStatements } from '../../src/telemetry/count-statements.ts';
import { countTokens } from '../../src/telemetry/count-tokens.ts';
import { gaugeAccess } from '../../src/telemetry/gauge-access.ts';
import { gaugeAccounts } from '../../src/telemetry/gauge-accounts.ts';
import { gaugeLimiter } from '../../src/telemetry/gauge-limiter.ts';
import { collectProcessMetrics, gaugeBuild } from '../../src/telemetry/process-metrics.ts';
import { gaugeCallbacks, watchCallbacks } from '../../src/telemetry/watch-callbacks.ts';
import { gaugeJobs, watchJobs } from '../../src/telemetry/watch-jobs.ts';
import { countFailedCommits, gaugeJournal } from '../../src/telemetry/watch-journal.ts';
import { watchReplicas } from '../../src/telemetry/watch-replicas.ts';
import { selectorsIn } from './promql.ts';

interface Rule {
  alert: string;
  expr: string;
  for?: string;
  labels: { severity: string };
  annotations: Record<string, string>;
}

interface Panel {
  id: number;
  title: string;
  type: string;
  gridPos: { x: number; y: number; w: number; h: number };
  targets?: { expr: string; datasource: { uid: string } }[];
}

const read = (path: string) => readFileSync(new URL(`../../docker/${path}`, import.meta.url), 'utf8');
const rules: Rule[] = parse(read('monitoring/alerts.yml')).groups.flatMap(({ rules }: { rules: Rule[] }) => rules);
const dashboard: { panels: Panel[] } = JSON.parse(read('monitoring/dashboards/amocrm-steps.json'));
const compose = parse(read('compose.yaml'), { merge: true });
const prometheus = parse(read('monitoring/prometheus.yml'));

/** Every metric that a process shows, with the labels that it may have. */
function known(): Map<string, Set<string>> {
  const registry = new Registry();
  collectProcessMetrics(registry);
  gaugeBuild(registry);
  countAmocrm(registry);
  countKeys(registry);
  countRequests(registry);
  countTokens(registry);
  gaugeAccess(registry, systemClock);
  const unread = () => {
    throw new Error('nobody asks');
  };
  countDirectory(registry);
  gaugeDirectory(registry, unread);
  gaugeLimiter(registry, unread);
  gaugeAccounts(registry, { opened: unread, isNamed: true, openJobs: unread, clock: systemClock });
  watchReplicas(registry, { isShared: true, isReady: unread, sighted: unread });
  countStatements(registry);
  gaugeJournal(registry, unread);
  countFailedCommits(registry);
  gaugeJobs(registry, unread, systemClock);
  watchJobs(registry);
  gaugeCallbacks(registry, unread);
  watchCallbacks(registry, { info: unread, warn: unread, error: unread });
  const names = new Map([['up', new Set(target)]]);
  for (const metric of registry.getMetricsAsArray()) {
    const labels = 'labelNames' in metric && Array.isArray(metric.labelNames) ? metric.labelNames : [];
    const parts = metric.type === 'histogram' ? ['_bucket', '_sum', '_count'] : [''];
    for (const part of parts) names.set(metric.name + part, new Set([...labels, 'le', ...target]));
  }
  return names;
}

/** Labels that Prometheus adds itself. */
const target = ['job', 'instance'];
const metrics = known();

function faultsOf(expression: string): string[] {
  return selectorsIn(expression).flatMap(({ name, labels }) => {
    const allowed = metrics.get(name);
    if (allowed === undefined) return [`${name} is no metric`];
    return labels.filter((label) => !allowed.has(label)).map((label) => `${name} has no label ${label}`);
  });
}

t.test('the check of expressions can fail', async (t) => {
  t.strictSame(faultsOf('sum by (code) (rate(amocrm_steps_problem_total{code="x"}[5m])) > 0'), [
    'amocrm_steps_problem_total is no metric',
  ]);
  t.strictSame(faultsOf('up{job="a"} == 0 or amocrm_steps_breaker_state{code="x"} == 1'), [
    'amocrm_steps_breaker_state has no label code',
  ]);
});

t.test('what may pass by itself has to last, and refused keys are told of', async (t) => {
  const ruleOf = (name: string) => rules.find(({ alert }) => alert === name);
  t.equal(ruleOf('AmocrmUnauthorized')?.for, '2m');
  // A replica without an account has no breaker: none of its states holds.
  t.match(
    ruleOf('BreakerOpen')?.expr,
    /state="closed"\} == 0 and on \(job, instance\) amocrm_steps_accounts_open > 0$/,
  );
  t.match(ruleOf('KeysRefused'), { expr: /rate\(amocrm_steps_problems_total\{code="UNAUTHORIZED"\}/, for: '5m' });
});

t.test('every alert looks at metrics that are there, and says what it means and what to do', async (t) => {
  for (const { alert, expr, labels, annotations } of rules) {
    t.strictSame(faultsOf(expr), [], alert);
    t.ok(selectorsIn(expr).length > 0, `${alert} looks at something`);
    t.match(labels.severity, /^(critical|warning)$/, alert);
    for (const name of ['summary', 'description', 'action']) t.match(annotations[name], /\w{3,}/, `${alert}: ${name}`);
    for (const [, code] of expr.matchAll(/code="(\w+)"/g)) t.ok(errorCodes.includes(code as 'OVERLOADED'), `${code}`);
  }
  t.equal(new Set(rules.map(({ alert }) => alert)).size, rules.length);
});

t.test('the alerts of replicas and accounts are all told of', async (t) => {
  const { groups }: { groups: { name: string; rules: Rule[] }[] } = parse(read('monitoring/alerts.yml'));
  const names = groups.flatMap(({ name, rules }) => (/^(replicas|accounts)$/.test(name) ? rules : []));
  t.equal(names.length, 11);
  for (const language of ['en', 'ru']) {
    const page = read(`../docs/${language}/replicas.md`);
    for (const { alert } of names) t.match(page, `\`${alert}\``, alert);
  }
});

t.test('every panel looks at metrics that are there, and none covers another', async (t) => {
  const taken = new Set<string>();
  for (const { id, title, type, targets = [], gridPos } of dashboard.panels) {
    t.ok(type === 'row' || targets.length > 0, title);
    for (const { expr, datasource } of targets) {
      t.strictSame(faultsOf(expr), [], title);
      t.equal(datasource.uid, provisioned('datasources/prometheus.yml').datasources[0].uid);
    }
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
        if (taken.has(`${x} ${y}`)) t.fail(`panel ${id}, ${title}, covers another`);
        taken.add(`${x} ${y}`);
      }
    }
  }
});

t.test('a panel shows how many replicas are alive, beside the usual number that its alert compares', async (t) => {
  const { panels } = dashboard;
  const [panel, ...more] = panels.filter(({ targets = [] }) =>
    targets.some(({ expr }) => expr.includes('amocrm_steps_replicas_live')),
  );
  const shown = panel?.targets?.map(({ expr }) => expr) ?? [];
  t.equal(more.length, 0);
  t.equal(rules.find(({ alert }) => alert === 'ReplicaLost')?.expr, shown.join(' < '));
  const before = panels.slice(
    0,
    panels.findIndex(({ id }) => id === panel?.id),
  );
  t.match(before.findLast(({ type }) => type === 'row')?.title, /^Replicas/);
});

t.test('every metric of the service’s own is in the dashboard or an alert', async (t) => {
  const expressions = [
    ...rules.map(({ expr }) => expr),
    ...dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
  ];
  const used = new Set(expressions.flatMap(selectorsIn).map(({ name }) => name.replace(/_(bucket|sum|count)$/, '')));
  const own = [...metrics.keys()].filter((name) => name.startsWith('amocrm_steps_'));
  t.strictSame(
    own.map((name) => name.replace(/_(bucket|sum|count)$/, '')).filter((name) => !used.has(name)),
    [],
  );
});

t.test('the files are where the containers look for them', async (t) => {
  const { prometheus: server, grafana, demo } = compose.services;
  const replicas = [1, 2, 3].map((number) => compose.services[`replica-${number}`]);
  const places = new Map<string, string>(
    [...server.volumes, ...grafana.volumes].map((volume: string) => {
      const [from = '', to = ''] = volume.split(':');
      return [to, from];
    }),
  );
  for (const file of prometheus.rule_files) t.match(places.get(file), './monitoring/alerts.yml');
  const [provider] = provisioned('dashboards/files.yml').providers;
  t.equal(places.get(provider.options.path), './monitoring/dashboards');
  const [job] = prometheus.scrape_configs;
  t.equal(job.authorization.credentials_file, `/run/secrets/${server.secrets[0]}`);
  t.match(job.dns_sd_configs, [{ names: ['amocrm-steps'], type: 'A', port: 8080 }]);
  for (const { networks } of [demo, ...replicas]) t.strictSame(networks.default.aliases, ['amocrm-steps']);
  t.equal(provisioned('datasources/prometheus.yml').datasources[0].url, 'http://prometheus:9090');
});

t.test(
  'monitoring runs pinned images, for this machine alone, and Grafana with no password that is known',
  async (t) => {
    const { prometheus: server, grafana } = compose.services;
    for (const { image, ports, profiles, volumes } of [server, grafana]) {
      t.match(image, /:v?\d+\.\d+\.\d+$/);
      t.match(ports, [/^127\.0\.0\.1:/]);
      t.strictSame(profiles, ['monitoring']);
      for (const volume of volumes) t.match(volume, /^(\.\/.*:ro|(prometheus|grafana):\/.*)$/);
    }
    t.match(grafana.environment.GF_SECURITY_ADMIN_PASSWORD, /^\$\{GRAFANA_ADMIN_PASSWORD:-\}$/);
    t.match(grafana.entrypoint.at(-1), /-n "\$\$GF_SECURITY_ADMIN_PASSWORD".*exit 1/);
  },
);

function provisioned(path: string) {
  return parse(read(`monitoring/provisioning/${path}`));
}
