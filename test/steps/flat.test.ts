import { join } from 'node:path';
import t from 'tap';
import { maxFlatBytes } from '../../src/http/flat/flatten.ts';
import { steps } from '../../src/steps/index.ts';
import { resetAccount, seedFieldMap } from '../fixtures/records.ts';
import { startService } from '../fixtures/service.ts';

const directory = t.testdir({ 'amo_fields.json': JSON.stringify(seedFieldMap) });
const { app, sandbox, step } = await startService(t, {
  sandbox: { filterAddon: true },
  env: { AMO_FIELDS_FILE: join(directory, 'amo_fields.json') },
});

/** Ids count on, times go on. */
const isNew = /(_id|_at|_till|^uniq)$|_field_/;

t.test('each step gives flat what it gives to others', async (t) => {
  for (const { type, examples } of steps) {
    for (const { params } of examples) {
      resetAccount(sandbox);
      const whole = await step(type, params);
      resetAccount(sandbox);
      const answer = await app.inject({ method: 'POST', url: `/steps/${type}?answer=flat`, payload: params });
      const { ok, code, error, detail, retryable, ...flat } = answer.json();
      t.strictSame(
        { ok, code, error, detail, retryable },
        { ok: true, code: '', error: '', detail: '', retryable: false },
      );
      const { success: _, ...result } = whole.body.result;
      const own = Object.entries(result).filter(([name, value]) => !isNew.test(name) && typeof value !== 'object');
      t.match(flat, Object.fromEntries(own), type);
      t.ok(
        Object.values(flat).every((value) => typeof value !== 'object'),
        `${type}: scalars alone`,
      );
      t.ok(Buffer.byteLength(answer.body) <= maxFlatBytes, `${type}: ${answer.body.length}`);
      const lists = Object.entries(result).filter(([, value]) => Array.isArray(value));
      for (const [name, items] of lists) t.equal(flat[`${name}_count`], Object(items).length, `${type}: ${name}`);
    }
  }
});
