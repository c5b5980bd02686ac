import { join } from 'node:path';
import t from 'tap';
import { steps } from '../../src/steps/index.ts';
import { missing } from '../fixtures/example.ts';
import { resetAccount, seedFieldMap } from '../fixtures/records.ts';
import { startService } from '../fixtures/service.ts';

const directory = t.testdir({ 'amo_fields.json': JSON.stringify(seedFieldMap) });
const { app, sandbox, step } = await startService(t, {
  sandbox: { filterAddon: true },
  env: { AMO_FIELDS_FILE: join(directory, 'amo_fields.json') },
});

t.test('each step gives as a job what it gives to one who waits', async (t) => {
  for (const { type, outputVar, examples } of steps) {
    const [{ params, result }] = examples;
    resetAccount(sandbox);
    const asJob = { prefer: 'respond-async', 'idempotency-key': `the job of ${type}`.replaceAll(' ', '-') };
    const accepted = await step(type, params, { context: { user: 1 } }, asJob);
    t.equal(accepted.status, 202, type);
    const asked = { url: `/jobs/${accepted.body.id}`, headers: { prefer: 'wait=25' } };
    const job = (await app.inject(asked)).json();
    t.match(job, { status: 'succeeded', route: `/steps/${type}`, attempts: 1, problem: null }, type);
    const name = String(params.output_var ?? outputVar);
    t.strictSame(job.result, {
      success: true,
      output_var: name,
      result: job.result.result,
      context: { user: 1, [name]: job.result.result },
    });
    t.strictSame(missing({ success: true, ...result }, job.result.result), [], type);
    const replay = await step(type, params, { context: { user: 1 } }, { 'idempotency-key': asJob['idempotency-key'] });
    t.strictSame([replay.status, replay.body], [200, job.result], `${type}: kept`);
  }
});
