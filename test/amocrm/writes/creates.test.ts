import t from 'tap';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { startKeyed } from '../../fixtures/keyed.ts';
import { itemsSent, writesTo } from '../../fixtures/records.ts';
import { startService } from '../../fixtures/service.ts';
import { createUnhurriedClock } from '../../fixtures/unhurried-clock.ts';

/** What holds for the creates of every list. */

interface Create {
  type: string;
  /** Its list, below `/api/v4/`. */
  path: string;
  /** Params that differ by a text. */
  params(text: string): Record<string, unknown>;
  idOf(result: Record<string, unknown>): unknown;
  /** Ids of those that amoCRM has of this text. */
  held(sandbox: Sandbox, text: string): number[];
}

const creates: Create[] = [
  {
    type: 'amocrm_create_company',
    path: 'companies',
    params: (name) => ({ name, phone: '+7 812 555-01-10', website: 'https://a.example' }),
    idOf: ({ company_id }) => company_id,
    held: ({ store }, text) => idsOf(store.companies.values(), ({ name }) => name === text),
  },
  {
    type: 'amocrm_create_task',
    path: 'tasks',
    params: (text) => ({ text, complete_in: 3600, entity_type: 'leads', entity_id: 67890, task_type: 'call' }),
    idOf: ({ task_id }) => task_id,
    held: ({ store }, text) => idsOf(store.tasks.values(), (task) => task.text === text),
  },
  {
    type: 'amocrm_add_note',
    path: 'leads/notes',
    params: (note_text) => ({ entity_type: 'leads', entity_id: 67890, note_text }),
    idOf: ({ note_id }) => note_id,
    held: ({ store }, text) => idsOf(store.notes.leads.values(), ({ params }) => params.text === text),
  },
];

const impatient = { AMO_TIMEOUT_MS: '300', STEP_DEADLINE_MS: '1500' };

for (const { type, path, params, idOf, held } of creates) {
  t.test(`${type}: a hundred at once go out in six calls at most, and each gets its own id`, async (t) => {
    const { sandbox, step } = await startService(t);
    const texts = Array.from({ length: 100 }, (_, index) => `Один из ста ${index}`);
    const answers = await Promise.all(texts.map((text) => step(type, params(text))));
    for (const [index, { status, body }] of answers.entries()) {
      t.equal(status, 200);
      t.strictSame(held(sandbox, texts[index] ?? ''), [idOf(body.result)]);
    }
    t.equal(itemsSent(sandbox, path).length, 100);
    t.ok(writesTo(sandbox).length <= 6, `${writesTo(sandbox).length} calls`);
  });

  t.test(`${type}: equal ones of unknown fate get an id each`, async (t) => {
    const { sandbox, step } = await startService(t, { clock: createUnhurriedClock(50) });
    sandbox.faults.add({ method: 'POST', action: { kind: 'after', next: { kind: 'drop' } } });
    const answers = await Promise.all(Array.from({ length: 5 }, () => step(type, params('Близнец'))));
    const ids = answers.map(({ body }) => idOf(body.result));
    t.strictSame(ids.sort(), held(sandbox, 'Близнец').sort());
    t.equal(new Set(ids).size, 5);
  });

  t.test(`${type}: dropped before it was carried out, it is sent once more`, async (t) => {
    const { sandbox, step } = await startService(t, { clock: createUnhurriedClock(50) });
    sandbox.faults.add({ method: 'POST', action: { kind: 'drop' } });
    const { body } = await step(type, params('Второй раз'));
    t.strictSame(held(sandbox, 'Второй раз'), [idOf(body.result)]);
  });

  t.test(`${type}: without an answer in time and not there, its outcome is unknown`, async (t) => {
    const { sandbox, step } = await startService(t, {
      clock: createUnhurriedClock(50),
      env: { AMO_TIMEOUT_MS: '150' },
    });
    sandbox.faults.add({ method: 'POST', action: { kind: 'hang' } });
    t.match(await step(type, params('Кто знает')), { status: 504, body: { code: 'OUTCOME_UNKNOWN' } });
    t.equal(writesTo(sandbox).length, 1, 'it is not repeated');
  });

  t.test(`${type}: under its key it is made once, after a crash too`, async (t) => {
    const service = await startKeyed(t, { env: impatient });
    const { sandbox } = service;
    sandbox.faults.add({ method: 'POST', action: { kind: 'late' } });
    const send = () => service.step(type, params('Под ключом'), 'k');
    t.match(await send(), { status: 504, body: { code: 'OUTCOME_UNKNOWN', retryable: true } });
    await service.crash();
    await sandbox.waiting.release();
    const { status, body, text } = await send();
    t.equal(status, 200, text);
    t.strictSame(held(sandbox, 'Под ключом'), [idOf(body.result)]);
    const again = await send();
    t.equal(again.text, text);
    t.equal(again.headers['idempotency-replayed'], 'true');
    t.equal(writesTo(sandbox).length, 1);
  });

  t.test(`${type}: under its key one that never came is made a minute later`, async (t) => {
    const service = await startKeyed(t, { env: impatient });
    const { sandbox } = service;
    sandbox.faults.add({ method: 'POST', action: { kind: 'hang' } });
    const send = () => service.step(type, params('Позже'), 'k');
    t.match(await send(), { status: 504, body: { code: 'OUTCOME_UNKNOWN' } });
    t.match(await send(), { status: 504, body: { code: 'OUTCOME_UNKNOWN' }, headers: { 'retry-after': /^\d+$/ } });
    service.travel(200);
    const { body } = await send();
    t.strictSame(held(sandbox, 'Позже'), [idOf(body.result)]);
  });
}

t.test('a deadline that counts from now stays as the first attempt had it', async (t) => {
  const service = await startKeyed(t, { env: impatient });
  const { sandbox } = service;
  sandbox.faults.add({ method: 'POST', action: { kind: 'late' } });
  const send = () => service.step('amocrm_create_task', { text: 'Через час', complete_in: 3600 }, 'k');
  await send();
  await sandbox.waiting.release();
  service.travel(100_000);
  const { body } = await send();
  const task = sandbox.store.tasks.get(body.result.task_id);
  t.equal(body.result.task.complete_till, task?.complete_till);
  t.match(itemsSent(sandbox, 'tasks'), [{ complete_till: task?.complete_till }]);
});

function idsOf<T extends { id: number }>(items: Iterable<T>, is: (item: T) => boolean): number[] {
  return [...items].filter(is).map(({ id }) => id);
}
