import { readFile } from 'node:fs/promises';
import type { InjectOptions } from 'fastify';
import t, { type Test } from 'tap';
import { readMarkdown } from './fixtures/markdown.ts';
import { startService } from './fixtures/service.ts';

/** Keys whose values are of the moment: only their type is compared. */
const passing = new Set(['instance', 'checked_at', 'latency_ms', 'duration_ms']);
/** Stands for what an answer leaves out. */
const cut = '…';

t.test('each request of the README gets the answer below it', async (t) => {
  const { blocks } = readMarkdown(await readFile(new URL('../README.md', import.meta.url), 'utf8'));
  const { app } = await startService(t);
  const pairs = blocks.flatMap(({ mark, text }, at) => (mark === 'request' ? [{ text, shown: blocks[at + 1] }] : []));
  t.ok(pairs.length >= 6);
  for (const { text, shown } of pairs) {
    const request = parseRequest(text);
    const answer = await app.inject(request);
    const expected = JSON.parse(shown?.text ?? '');
    const name = `${request.method} ${request.url}`;
    const [mark, status = 200] = shown?.mark.split(' ') ?? [];
    t.equal(mark, 'answer', name);
    t.equal(answer.statusCode, Number.isInteger(expected.status) ? expected.status : Number(status), name, {
      body: answer.body,
    });
    compare(t, expected, answer.json(), name);
  }
});

t.test('the service has each metric that the README names', async (t) => {
  const { prose } = readMarkdown(await readFile(new URL('../README.md', import.meta.url), 'utf8'));
  const { app } = await startService(t);
  const { body } = await app.inject('/metrics');
  const named = [...prose.matchAll(/`(amocrm_steps_\w+)`/g)].map(([, name]) => name);
  t.ok(named.length > 0);
  for (const name of named) t.match(body, new RegExp(`^# TYPE ${name} `, 'm'));
});

function parseRequest(text: string): InjectOptions {
  const [head = '', ...body] = text.split('\n\n');
  const [line = '', ...headers] = head.split('\n');
  const [method, url = ''] = line.split(' ');
  return {
    ...(method === 'POST' ? { method, payload: body.join('\n\n') } : { method: 'GET' }),
    url,
    headers: Object.fromEntries(headers.map((header) => header.split(': '))),
  };
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
