import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import t, { type Test } from 'tap';
import { dryRun } from '../fixtures/dry-run.ts';
import { isProblem } from '../fixtures/problem.ts';
import { writesTo } from '../fixtures/records.ts';
import { startService } from '../fixtures/service.ts';

const person = { params: { telegram_id: '5550001', phone: '+79050000001', name: 'Зоя' } };
const type = 'amocrm_find_or_create_contact';
const tables = ['keys', 'writes', 'claims', 'doubts'];

/** How many rows each table of the directory's database has. */
function rowsIn(directory: string): Record<string, number> {
  const database = new DatabaseSync(join(directory, 'journal.db'), { readOnly: true });
  const count = (table: string) => Number(database.prepare(`SELECT count(*) AS rows FROM ${table}`).get()?.rows);
  const rows = Object.fromEntries(tables.map((table) => [table, count(table)]));
  database.close();
  return rows;
}

async function startIn(t: Test) {
  const directory = t.testdir();
  return { directory, service: await startService(t, { env: { DATA_DIR: directory } }) };
}

t.test('a thousand at once for one new person leave nothing behind', async (t) => {
  const { directory, service } = await startIn(t);
  const { app, sandbox, step } = service;
  const contacts = sandbox.store.contacts.size;
  const answers = await Promise.all(Array.from({ length: 1000 }, () => dryRun(service, type, person)));
  t.ok(
    answers.every(({ body }) => body.result?.created === true && body.result.contact_id === Number.MAX_SAFE_INTEGER),
  );
  t.strictSame(writesTo(sandbox), []);
  t.ok(sandbox.requests.length < 50, `they share their reads: ${sandbox.requests.length}`);

  const { body } = await step(type, person.params);
  t.match(body.result, { created: true, found: false });
  t.equal(sandbox.store.contacts.size, contacts + 1);
  t.match((await dryRun(service, type, person)).body, { result: { found: true, contact_id: body.result.contact_id } });
  await app.close();
  t.strictSame(rowsIn(directory), { keys: 0, writes: 0, claims: 1, doubts: 0 }, 'the one contact is claimed');
});

t.test('a run under way is not waited for, and tells what a run would be told', async (t) => {
  const { service } = await startIn(t);
  const { sandbox, step } = service;
  sandbox.faults.add({ method: 'POST', action: { kind: 'delay' } });
  const made = step(type, person.params);
  while (writesTo(sandbox).length === 0) await new Promise(setImmediate);
  const refused = await dryRun(service, type, person);
  isProblem(t, refused, 'OVERLOADED');
  t.match(refused.headers, { 'retry-after': /^\d+$/ });
  await sandbox.waiting.release();
  t.match((await made).body, { result: { created: true } });
  t.equal((await dryRun(service, type, person)).status, 200);
});
