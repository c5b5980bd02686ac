import t from 'tap';
import { startKeyed, until } from '../../fixtures/keyed.ts';
import { writesTo } from '../../fixtures/records.ts';

const step = 'amocrm_find_or_create_contact';
const pyotr = { telegram_id: '4711', phone: '+79001112233', name: 'Пётр' };
const impatient = { AMO_TIMEOUT_MS: '300', STEP_DEADLINE_MS: '2000' };
const inDoubt = { status: 503, body: { code: 'OVERLOADED', retryable: true }, headers: { 'retry-after': /^\d{1,3}$/ } };

for (const start of ['none', 'restart', 'crash'] as const) {
  t.test(`nobody creates a person whom a create in doubt may bring (${start})`, async (t) => {
    const service = await startKeyed(t, { env: impatient });
    const { sandbox } = service;
    sandbox.faults.add({ method: 'POST', action: { kind: 'late' } });
    const lost = service.step(step, pyotr);
    await until(() => sandbox.waiting.size === 1);
    if (start === 'crash') await service.crash();
    t.match(await lost, { status: 504, body: { code: 'OUTCOME_UNKNOWN' } });
    if (start === 'restart') await service.restart();
    t.match(await service.step(step, pyotr), inDoubt);
    t.match(await service.step(step, { phone: '8 900 111-22-33', name: 'Пётр' }), inDoubt, 'the phone alone');
    t.equal((await service.step(step, { telegram_id: '4712', name: 'Павел' })).status, 200, 'somebody else');
    await sandbox.waiting.release();
    t.match(await service.step(step, pyotr), { status: 200, body: { result: { found: true, created: false } } });
    t.equal([...sandbox.store.contacts.values()].filter(({ name }) => name === 'Пётр').length, 1);
  });

  t.test(`one that never comes is created a minute later (${start})`, async (t) => {
    const service = await startKeyed(t, { env: impatient });
    service.sandbox.faults.add({ method: 'POST', action: { kind: 'hang' } });
    t.match(await service.step(step, pyotr), { status: 504, body: { code: 'OUTCOME_UNKNOWN' } });
    if (start !== 'none') await service[start]();
    t.match(await service.step(step, pyotr), inDoubt);
    // After a kill it is not known when the call ended: its deadline counts.
    service.travel(200);
    t.match(await service.step(step, pyotr), { status: 200, body: { result: { created: true } } });
    t.equal(writesTo(service.sandbox).length, 2);
  });
}

t.test('a create that is refused leaves no doubt', async (t) => {
  const service = await startKeyed(t, { env: impatient });
  t.equal((await service.step(step, { ...pyotr, responsible_user_id: 1 })).status, 422);
  t.equal((await service.step(step, pyotr)).status, 200);
});

t.test('under its key the same request goes on', async (t) => {
  const service = await startKeyed(t, { env: impatient });
  service.sandbox.faults.add({ method: 'POST', action: { kind: 'hang' } });
  const send = () => service.step(step, pyotr, 'k');
  t.match(await send(), { status: 504, body: { code: 'OUTCOME_UNKNOWN', retryable: true } });
  service.travel(90);
  t.match(await send(), { status: 200, body: { result: { created: true } } });
});

t.test('who goes on under a key still waits for the create of somebody else', async (t) => {
  const service = await startKeyed(t, { env: impatient });
  const { sandbox } = service;
  sandbox.faults.add({ method: 'POST', action: { kind: 'hang' } });
  const lost = () => service.step(step, pyotr, 'lost');
  t.match(await lost(), { status: 504, body: { code: 'OUTCOME_UNKNOWN' } });
  service.travel(90);
  sandbox.faults.add({ method: 'POST', action: { kind: 'late' } });
  t.match(await service.step(step, pyotr), { status: 504, body: { code: 'OUTCOME_UNKNOWN' } });
  t.match(await lost(), inDoubt);
  await sandbox.waiting.release();
  t.match(await lost(), { status: 200, body: { result: { found: true } } });
  t.equal([...sandbox.store.contacts.values()].filter(({ name }) => name === 'Пётр').length, 1);
});

for (const hour of [-3600, 3600]) {
  t.test(`a step of our clock by ${hour} s takes no doubt away`, async (t) => {
    const service = await startKeyed(t, { env: impatient });
    service.sandbox.faults.add({ method: 'POST', action: { kind: 'late' } });
    t.match(await service.step(step, pyotr), { status: 504, body: { code: 'OUTCOME_UNKNOWN' } });
    service.stepClock(hour);
    await service.crash();
    t.match(await service.step(step, pyotr), inDoubt);
    await service.sandbox.waiting.release();
    t.match(await service.step(step, pyotr), { status: 200, body: { result: { found: true } } });
  });
}
