import { readFileSync } from 'node:fs';
import t from 'tap';
import { parse } from 'yaml';
import { loadConfig } from '../../src/config/config.ts';
import { entrance } from '../../src/http/passed.ts';
import { describeError } from '../../src/problems/catalogue.ts';
import { startService } from '../fixtures/service.ts';

interface Service {
  image: string;
  profiles: string[];
  environment: Record<string, string>;
  volumes: string[];
  ports?: string[];
  healthcheck: { test: string[] };
  stop_grace_period: string;
}

const read = (path: string) => readFileSync(new URL(`../../docker/${path}`, import.meta.url), 'utf8');
const { services, volumes }: { services: Record<string, Service>; volumes: object } = parse(read('compose.yaml'), {
  merge: true,
});
const balancing = read('haproxy.cfg');
const names = ['replica-1', 'replica-2', 'replica-3'];
const service = (name: string): Service => {
  const found = services[name];
  if (found === undefined) throw new Error(`There is no ${name}`);
  return found;
};
const valuesOf = (pattern: RegExp): string[] => [...balancing.matchAll(pattern)].map(([, value = '']) => value);

/** What Compose makes of a value, where these variables are set. */
function filled(text: string, variables: Record<string, string>): string {
  return text.replace(/\$\{(\w+):-([^}]*)\}/g, (_all, name: string, fallback: string) => variables[name] ?? fallback);
}

t.test('the profile has three replicas, their database and a balancer; the others have none of them', async (t) => {
  const inProfile = (profile: string) =>
    Object.keys(services).filter((name) => service(name).profiles.includes(profile));
  t.strictSame(inProfile('replicas'), [...names, 'database', 'balancer']);
  t.strictSame(inProfile('live'), ['amocrm-steps']);
  t.strictSame(inProfile('demo'), ['demo', 'sandbox']);
  for (const name of Object.keys(services)) t.equal(service(name).profiles.length, 1, name);
});

t.test(
  'each replica has all settings, an address of its own that its name leads to, and a cache of its own',
  async (t) => {
    const variables = {
      AMO_BASE_URL: 'https://example.amocrm.ru',
      AMO_ACCESS_TOKEN: 'a-long-lived-token',
      API_KEYS: 'bot=0123456789abcdef',
      SECRET_KEY: Buffer.alloc(32, 7).toString('base64'),
      DATABASE_PASSWORD: 'word',
    };
    const ownOnes = names.map((name) => {
      const { environment, volumes } = service(name);
      t.strictSame(Object.keys(environment).sort(), Object.keys(service('amocrm-steps').environment).sort());
      const settings = Object.entries(environment).map(([key, value]) => [key, filled(value, variables)]);
      const config = loadConfig({ ...Object.fromEntries(settings), HOST: '0.0.0.0' });
      t.equal(config.replicaUrl, `http://${name}:8080`);
      t.equal(config.databaseUrl, 'postgres://steps:word@database:5432/steps');
      const [data = ''] = volumes.filter((volume) => volume.endsWith(':/data'));
      return data.replace(':/data', '');
    });
    t.equal(new Set(ownOnes).size, 3);
    for (const name of ownOnes) t.ok(name in volumes, name);
  },
);

t.test('the database is the one of the address, with a password that is not in the file', async (t) => {
  const { environment } = service('database');
  t.match(environment, { POSTGRES_USER: 'steps', POSTGRES_DB: 'steps' });
  t.match(environment.POSTGRES_PASSWORD, /^\$\{DATABASE_PASSWORD:-\}$/);
  t.equal(service('database').ports, undefined, 'nobody but the replicas reaches it');
  t.match(read('.env.example'), /^#DATABASE_PASSWORD=$/m);
});

t.test('what is not built here is pinned by its digest', async (t) => {
  for (const name of ['database', 'balancer']) {
    t.match(service(name).image, /^[a-z]+:\d+(\.\d+)+-alpine[\d.]+@sha256:[\da-f]{64}$/, name);
  }
});

t.test('the balancer knows the replicas, asks whether they are ready, and keeps their entrance shut', async (t) => {
  t.strictSame(
    valuesOf(/^ {2}server (\S+ \S+)$/gm),
    names.map((name) => `${name} ${name}:8080`),
  );
  const [path = ''] = valuesOf(/^ {2}http-check send meth GET uri (\S+) /gm);
  t.equal(path, '/health/ready');
  t.strictSame(valuesOf(/deny_status 404 if \{ path -m beg (\S+) \}$/gm), [entrance]);
  const [port = ''] = valuesOf(/^ {2}bind :(\d+)$/gm);
  t.match(service('balancer').ports, [new RegExp(`:${port}$`)]);
  t.ok(service('balancer').volumes.includes('./haproxy.cfg:/usr/local/etc/haproxy/haproxy.cfg:ro'));

  const { app } = await startService(t, { env: { API_KEYS: 'bot=0123456789abcdef' } });
  const [host = ''] = valuesOf(/ hdr Host (\S+)$/gm);
  t.equal((await app.inject({ url: path, headers: { host } })).statusCode, 200);
  for (const name of names) {
    const [, , script, asked = ''] = service(name).healthcheck.test;
    t.equal(script, 'docker/healthcheck.ts');
    t.equal((await app.inject(asked)).statusCode, 200, asked);
    t.equal(asked, path);
  }
});

t.test('it waits longer than the longest scenario, and repeats of itself only what may be repeated', async (t) => {
  const { scenarioDeadlineMs } = loadConfig({ AMO_BASE_URL: 'https://example.amocrm.ru', AMO_ACCESS_TOKEN: 'x' });
  const [seconds = ''] = valuesOf(/^ {2}timeout server (\d+)s$/gm);
  t.ok(Number(seconds) * 1000 >= scenarioDeadlineMs + 30_000, seconds);
  t.match(balancing, /^ {2}http-request disable-l7-retry if !METH_GET !\{ req\.hdr\(idempotency-key\) -m found \}$/m);
  t.strictSame(valuesOf(/^ {2}retry-on (.*)$/gm), ['conn-failure empty-response']);
  t.match(balancing, /^ {2}option httpclose$/m, 'and no caller is made to guess');
});

t.test('its own failures are in the words of the service', async (t) => {
  const own = [...balancing.matchAll(/^ {2}http-error status (\d+) content-type (\S+) .*string '(.*)'$/gm)].map(
    ([, status, type, text = '']) => ({ status: Number(status), type, problem: JSON.parse(text) }),
  );
  t.strictSame(
    own.map(({ status }) => status),
    [503, 502, 504],
  );
  for (const { status, type, problem } of own) {
    const code = status === 503 ? 'OVERLOADED' : 'OUTCOME_UNKNOWN';
    const { title, sentence } = describeError(code);
    t.equal(type, 'application/problem+json');
    t.match(problem, { status, code, title: title.en, retryable: status === 503, success: false });
    t.strictSame(problem.context, { __step_error__: `AmoCRM: ${sentence}` });
  }
});
