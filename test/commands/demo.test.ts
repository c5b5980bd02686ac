import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import t from 'tap';
import { type Demo, startDemo, startDemoWith } from '../fixtures/demo.ts';
import { findProgram, needs } from '../fixtures/programs.ts';

t.test('the demo prints a curl line that works as it stands', needs('curl', findProgram('curl')), async (t) => {
  const { printed, sandbox } = await startDemo(t);
  const line = printed.split('\n').find((text) => text.startsWith('  curl '));
  const { stdout } = await promisify(execFile)('sh', ['-c', String(line)]);
  const { lead_id } = JSON.parse(stdout).result;
  const state: { leads: { id: number; name: string }[] } = Object(
    await (await fetch(`${sandbox}/_sandbox/state`)).json(),
  );
  t.equal(state.leads.find(({ id }) => id === lead_id)?.name, 'Заявка из бота');
});

t.test('the demo prints how amoCRM goes down and comes back', needs('curl', findProgram('curl')), async (t) => {
  const { printed, address } = await startDemo(t);
  const run = (what: string) => {
    const line = printed.split('\n').find((text) => text.includes('/_sandbox/faults') && text.includes(what));
    return promisify(execFile)('sh', ['-c', `${line} -f`]);
  };
  const find = () =>
    fetch(`${address}/steps/amocrm_get_account`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ params: {} }),
    });
  t.equal((await find()).status, 200);
  await run('-X POST');
  t.equal((await find()).status >= 500, true);
  await run('-X DELETE');
  while ((await find()).status !== 200) await new Promise((resolve) => setTimeout(resolve, 100));
});

t.test(
  'with two accounts it prints curl lines for both, for a job and for the admin',
  needs('curl', findProgram('curl')),
  async (t) => {
    const { printed } = await startDemo(t, '--accounts');
    const lines = printed.split('\n').filter((text) => text.startsWith('  curl '));
    const answers = [];
    for (const line of lines) {
      const { stdout } = await promisify(execFile)('sh', ['-c', line]);
      answers.push(JSON.parse(stdout));
    }
    const [lead, job, list, accounts] = answers;
    t.match(lead, { success: true, output_var: 'created_lead' });
    t.match(job, { status: 'queued', account: 'garage' });
    t.match(list, { jobs: [{ id: job.id }] });
    t.match(accounts, { accounts: [{ id: 'garage' }, { id: 'studio' }] });
    const pages = [...printed.matchAll(/^ {2}(?:studio|garage) +(http\S+)/gm)].map(([, url]) => fetch(String(url)));
    const titles = await Promise.all(pages.map(async (page) => /<h1>(.*)<\/h1>/.exec(await (await page).text())?.[1]));
    t.strictSame(titles, ['Песочница: Студия «Северный ветер»', 'Песочница: Автосервис «Гараж»']);
  },
);

t.test('the flag that npm keeps for itself counts too, and each caller is named', async (t) => {
  const { address, printed } = await startDemoWith(t, { npm_config_accounts: 'true' });
  const names = /^ {2}callers +(\S+), (\S+) /m.exec(printed)?.slice(1);
  t.strictSame(names, ['studio-bot', 'garage-bot']);
  const key = /\/accounts -H 'authorization: Bearer (\S+)'/.exec(printed)?.[1];
  const { keys } = Object(
    await (await fetch(`${address}/keys`, { headers: { authorization: `Bearer ${key}` } })).json(),
  );
  const known: { caller: string }[] = keys;
  t.strictSame(known.map(({ caller }) => caller).sort(), names?.toSorted());
});

t.test('in a Russian terminal the demo speaks Russian, with the same commands', async (t) => {
  const shape = ({ printed, address, sandbox }: Demo) =>
    printed.match(/^ {2}curl .*$/gm)?.map((line) => line.replace(address, '').replace(sandbox, ''));
  const [english, russian] = [await startDemo(t), await startDemoWith(t, { LC_ALL: 'ru_RU.UTF-8' })];
  t.match(russian.printed, /^Это демо: сервис, а за ним песочница/m);
  t.match(russian.printed, /^ {2}Песочница +http\S+ +\(что пришло в «amoCRM»\)$/m);
  t.strictSame(shape(russian), shape(english));
});

t.test('with two accounts callbacks may go to the hosts that the environment names', async (t) => {
  const { address, printed } = await startDemo(t, '--accounts');
  const key = /\/accounts -H 'authorization: Bearer (\S+)'/.exec(printed)?.[1];
  const { status } = await fetch(`${address}/callers/studio-bot/callback`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ url: 'http://127.0.0.1:9/' }),
  });
  t.equal(status, 201);
});

t.test('what the demo has written is gone when it ends', async (t) => {
  const { directory, stop } = await startDemo(t);
  t.equal((await readdir(directory)).length, 1);
  await stop();
  t.strictSame(await readdir(directory), []);
});

t.test('lists by names can be tried in the demo', async (t) => {
  const { address } = await startDemo(t);
  const body = JSON.stringify({ params: { status: 'won', responsible_user: 'Ольга Лебедева' } });
  const headers = { 'content-type': 'application/json' };
  const { status } = await fetch(`${address}/steps/amocrm_list_leads`, { method: 'POST', headers, body });
  t.equal(status, 200);
});
