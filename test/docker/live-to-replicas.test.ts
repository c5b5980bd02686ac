import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import t from 'tap';
import { parse } from 'yaml';
import { createSecretBox } from '../../src/store/secret-box.ts';
import { openStore } from '../../src/store/sqlite/open.ts';
import { ask, createDatabase, noPostgres } from '../fixtures/postgres.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const { services } = parse(read('docker/compose.yaml'), { merge: true });
const url = await createDatabase(t);

/** The commands that move from the profile `live` to `replicas`, one a line. */
const [, block = ''] = /```sh\n(DATABASE_PASSWORD=[^`]*)```/.exec(read('docs/en/replicas.md')) ?? [];
const lines = block.replaceAll('\\\n  ', '').trim().split('\n');
const command = /docker compose -f (\S+) --profile (\S+) (up|stop|run|rm|exec)((?: -\S+)*) ?(\S*) ?(.*)$/;

/** What a shell makes of a line, with a command in place of another. */
async function run(line: string, env: Record<string, string>, cwd: string) {
  const { PATH = '' } = process.env;
  const child = spawn('sh', ['-c', line], { cwd, env: { PATH, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const closed = once(child, 'close');
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { out, err, status: (await closed)[0] };
}

t.test('each command is for a service of its profile, and runs a program that there is', async (t) => {
  const composed = lines.slice(1).map((line) => command.exec(line));
  t.equal(composed.length, 6);
  for (const found of composed) {
    const [line = '', file = '', profile, , , service = '', program = ''] = found ?? [];
    t.ok(existsSync(join(root, file)), line);
    if (service !== '') t.strictSame(services[service]?.profiles, [profile], line);
    const [, script] = /^node (\S+)/.exec(program) ?? [];
    if (script !== undefined) t.ok(existsSync(join(root, script)), line);
  }
});

t.test('the address that is given is that of the replicas', async (t) => {
  const directory = t.testdir({ docker: { '.env': 'API_KEYS=bot:key\nDATABASE_PASSWORD=4f6d\nSECRET_KEY=x\n' } });
  const [given = '', ...others] = lines;
  const [assigned] = others.find((line) => line.includes('move.ts'))?.split(' docker ') ?? [];
  const { out } = await run(`${given}\n${assigned}\nprintf %s "$DATABASE_URL"`, {}, directory);
  const wanted: string = services['replica-1'].environment.DATABASE_URL;
  t.equal(out, wanted.replace(/\$\{DATABASE_PASSWORD:-\}/, '4f6d'));
});

if (url === undefined) t.pass(noPostgres, { skip: noPostgres });
else {
  t.test('the program of the old container moves what its volume holds', async (t) => {
    const directory = t.testdir({});
    const secretKey = Buffer.alloc(32, 7);
    const store = await openStore(directory, { waitMs: 0, box: createSecretBox([secretKey]) });
    const answer = { fingerprint: 'f', checkpoint: '{}', response: '{}', address: null };
    await store.of('default').keys.put({ name: { caller: 'bot', key: 'one' }, row: answer, writes: [] });
    await store.close();
    const program = lines.map((line) => command.exec(line)?.[6] ?? '').find((line) => line.includes('move.ts')) ?? '';
    // The image has its DATA_DIR; an empty variable of Compose counts as not set.
    const names = Object.keys(services['amocrm-steps'].environment).map((name) => [name, '']);
    const env = { DATABASE_URL: url, SECRET_KEY: secretKey.toString('base64'), DATA_DIR: directory };
    const node = join(root, 'node_modules/.bin');
    const PATH = `${node}:${process.env.PATH}`;
    const { out, err, status } = await run(program, { ...Object.fromEntries(names), ...env, PATH }, root);
    t.match({ status, err }, { status: 0, err: '' });
    t.match(out, /^keys: 1$/m);
    t.match(await ask(url, 'SELECT key FROM keys'), [{ key: 'one' }]);
  });
}
