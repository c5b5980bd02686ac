import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import t, { type Test } from 'tap';
import { parseCurl } from '../../docs/curl.ts';
import type { Block } from '../../docs/markdown.ts';
import { type Page, readPages } from '../../docs/pages.ts';
import { address } from '../../docs/request-file.ts';
import { startMany } from '../fixtures/many-accounts.ts';
import { startService } from '../fixtures/service.ts';

/** Keys whose values are of the moment: only their type is compared. */
const passing = new Set(['instance', 'checked_at', 'latency_ms', 'duration_ms']);
/** Stands for what an answer leaves out. */
const cut = '…';
const anyPort = { port: 0, host: '127.0.0.1' };

const hasCurl = await runs('curl --version');
const pages = await readPages('en');

for (const page of pages.filter(({ markdown }) => markdown.blocks.some(isRequest))) {
  t.test(
    `each request of ${page.file}, pasted into a shell, gets the answer below it`,
    {
      skip: hasCurl ? false : 'there is no curl',
    },
    async (t) => {
      const { url, env } = await startFor(page, t);
      const curlHome = await mkdtemp(join(tmpdir(), 'amocrm-steps-'));
      t.teardown(() => rm(curlHome, { recursive: true }));
      // The status comes beside the answer, as the pages do not ask for it.
      await writeFile(join(curlHome, '.curlrc'), 'write-out = "%{stderr}%{http_code}"\n');
      for (const [at, block] of page.markdown.blocks.entries()) {
        if (!isRequest(block)) continue;
        const { method, url: asked } = parseCurl(block.text);
        const name = `${method} ${asked}`;
        const { stdout, stderr } = await shell(block.text.replaceAll(address, url), { ...env, CURL_HOME: curlHome });
        const next = page.markdown.blocks[at + 1];
        const [mark, given] = next?.mark.split(' ') ?? [];
        if (mark !== 'answer' || next === undefined) t.match(stderr, /^2\d\d$/, name, { stdout });
        else {
          const expected = JSON.parse(next.text);
          const status = Number.isInteger(expected.status) ? expected.status : Number(given ?? 200);
          t.equal(stderr, String(status), name, { stdout });
          compare(t, expected, JSON.parse(stdout), name);
        }
      }
    },
  );
}

t.test('every curl of the pages is such a request', async (t) => {
  for (const { file, markdown } of pages) {
    for (const { mark, text } of markdown.blocks)
      if (/^ *curl /m.test(text)) t.equal(mark, 'request', `${file}: ${text}`);
  }
});

t.test('the service has each metric that the pages name', async (t) => {
  const { app } = await startService(t);
  const { body } = await app.inject('/metrics');
  const named = pages.flatMap(({ markdown }) => [...markdown.prose.matchAll(/`(amocrm_steps_\w+)`/g)]);
  t.ok(named.length > 0);
  for (const [, name] of named) t.match(body, new RegExp(`^# TYPE ${name} `, 'm'));
});

function isRequest({ mark }: Block): boolean {
  return mark === 'request';
}

/** A page about many accounts needs a service that has them, and its key in the shell. */
async function startFor({ markdown }: Page, t: Test): Promise<{ url: string; env: Record<string, string> }> {
  const many = markdown.blocks.some((block) => isRequest(block) && block.text.includes('$ADMIN_KEY'));
  if (many) {
    const service = await startMany(t, { sandboxes: {}, env: { AMO_HOSTS: '' } });
    return { url: await service.app().listen(anyPort), env: { ADMIN_KEY: service.asAdmin['x-api-key'] } };
  }
  const { app } = await startService(t);
  return { url: await app.listen(anyPort), env: {} };
}

function shell(text: string, env: Record<string, string>): Promise<{ stdout: string; stderr: string }> {
  // A page's `node` is the one that runs the service.
  const PATH = [dirname(process.execPath), process.env.PATH].join(delimiter);
  return new Promise((resolve, reject) => {
    execFile('sh', ['-c', text], { env: { ...env, PATH } }, (error, stdout, stderr) => {
      if (error === null) resolve({ stdout, stderr });
      else reject(error);
    });
  });
}

function runs(command: string): Promise<boolean> {
  return shell(command, {}).then(
    () => true,
    () => false,
  );
}

/** What is shown must be there; only where it says so may something be left out. */
function compare(t: Test, shown: unknown, real: unknown, place: string): void {
  if (typeof shown !== 'object' || shown === null || typeof real !== 'object' || real === null) {
    t.strictSame(real, shown, place);
    return;
  }
  const wanted = Object.entries(shown).filter(([, value]) => value !== cut);
  if (wanted.length === Object.keys(shown).length) {
    t.strictSame(Object.keys(real).sort(), Object.keys(shown).sort(), `keys of ${place}`);
  }
  const found = new Map(Object.entries(real));
  for (const [key, value] of wanted) {
    if (passing.has(key)) t.equal(typeof found.get(key), typeof value, `${place}.${key}`);
    else compare(t, value, found.get(key), `${place}.${key}`);
  }
}
