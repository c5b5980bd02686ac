import { join } from 'node:path';
import t from 'tap';
import { steps } from '../../src/steps/index.ts';
import { missing } from '../fixtures/example.ts';
import { resetAccount, seedFieldMap } from '../fixtures/records.ts';
import { startService } from '../fixtures/service.ts';

/** The documentation's requests, sent to an account as they stand. */

const directory = t.testdir({ 'amo_fields.json': JSON.stringify(seedFieldMap) });
const { sandbox, step } = await startService(t, {
  sandbox: { filterAddon: true },
  env: { AMO_FIELDS_FILE: join(directory, 'amo_fields.json') },
});

for (const { type, label, effects, outputVar, examples } of steps) {
  for (const { summary, params, result } of examples) {
    t.test(`${type}: ${summary}`, async (t) => {
      resetAccount(sandbox);
      const { status, body } = await step(type, params, { context: { user: 1 } });
      t.equal(status, 200, JSON.stringify(body).slice(0, 500));
      t.strictSame(Object.keys(body.result), ['success', ...Object.keys(result)]);
      t.strictSame(missing({ success: true, ...result }, body.result), []);
      const name = String(params.output_var ?? outputVar);
      t.strictSame(body, {
        success: true,
        output_var: name,
        result: body.result,
        context: { user: 1, [name]: body.result },
      });
      const methods = sandbox.requests.map(({ method }) => method);
      // What was there already may be left as it is.
      const isLeft = 'created' in result && result.created === false && params.update_data === undefined;
      const expected = isLeft ? 'reads' : effects;
      t.equal(methods.some((method) => method !== 'GET') ? 'writes' : 'reads', expected, methods.join());
      t.match(label, /^[а-яё -]+$/);
    });
  }
}
