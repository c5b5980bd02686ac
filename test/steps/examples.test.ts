import { join } from 'node:path';
import t from 'tap';
import { steps } from '../../src/steps/index.ts';
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

/** What they hold depends on the account: its fields, and how far a lead has come. */
const ofTheAccount = ['fields', 'custom_fields_values', 'fields_map', 'closed_at'];

/** Parts of the example that the answer has not, or of another type. */
function missing(example: unknown, held: unknown, path = 'result'): string[] {
  const kind = kindOf(example);
  if (kind !== kindOf(held)) return [`${path}: ${kindOf(held)} in place of ${kind}`];
  if (kind === 'array')
    return Object([example])
      .flat()
      .slice(0, 1)
      .flatMap((item: unknown) => missing(item, Object(held)[0], `${path}[0]`));
  if (kind !== 'object') return [];
  const known = Object.entries(Object(example)).filter(([key]) => !ofTheAccount.includes(key));
  return known.flatMap(([key, part]) => missing(part, Object(held)[key], `${path}.${key}`));
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
