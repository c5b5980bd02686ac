import t from 'tap';
import { settingsAccount } from '../../src/config/account-settings.ts';
import { steps } from '../../src/steps/index.ts';
import { lostOnTheWay } from '../contract/arrivals.ts';
import { operations, propertiesIn, propertiesOf } from '../contract/document.ts';
import { type WholeBody, wholeBodies } from '../contract/whole-bodies.ts';
import { faultOf } from '../fixtures/conformance.ts';
import { failureOf } from '../fixtures/failure.ts';
import { resetAccount, writesTo } from '../fixtures/records.ts';
import { startService } from '../fixtures/service.ts';
import { createUnhurriedClock } from '../fixtures/unhurried-clock.ts';

/** What every step does with its params, as the OpenAPI document has them. */

const lost =
  'amoCRM got all values of the params as they were sent; what a step sends otherwise, or not at all, is said in ' +
  'test/contract/arrivals.ts, and ids and names of the sandbox’s account in test/contract/account.ts';

t.setTimeout(180_000);
const { app, sandbox, step } = await startService(t, {
  clock: createUnhurriedClock(1),
  sandbox: { filterAddon: true },
});

for (const { type, examples } of steps) {
  const path = `/steps/${type}`;
  const operation = operations.find((one) => one.path === path);
  if (operation === undefined) {
    t.fail(`the OpenAPI document has no ${path}: npm run openapi`);
    continue;
  }
  const { body: schema = {}, parameters } = operation;
  const bodies = wholeBodies(schema);

  t.test(`${type}: every param is taken and arrives`, async (t) => {
    const met = new Set<string>();
    for (const [index, body] of bodies.entries()) {
      const inHeaders = parameters.filter((parameter) => parameter.in === 'header');
      const known: Record<string, string> = { 'Amocrm-Account': settingsAccount };
      const headers = Object.fromEntries(inHeaders.map(({ name }) => [name, known[name] ?? `${type}-${index}`]));
      const before = sandbox.requests.length;
      const answer = await app.inject({ method: 'POST', url: path, payload: body, headers });
      const { statusCode: status, headers: got, body: text } = answer;
      t.equal(status, 200, `${JSON.stringify(body)} ${text.slice(0, 500)}`);
      t.equal(faultOf({ method: 'POST', path, status, headers: got, body: text }), undefined);
      const upstream = sandbox.requests.slice(before);
      t.strictSame(lostOnTheWay(type, body.params, answer.json().result ?? {}, upstream, sandbox), [], lost);
      for (const property of propertiesIn(schema, body)) met.add(property.name);
    }
    const absent = propertiesOf(schema).filter((property) => !met.has(property.name));
    t.strictSame(
      absent.map((property) => property.name),
      [],
      'the document has no other',
    );
  });

  t.test(`${type}: an optional param that is null or "" counts as not given`, async (t) => {
    for (const body of bodies) {
      for (const name of optionalParams(body)) {
        const { [name]: _, ...others } = body.params;
        const without = await send(others);
        for (const empty of [null, '']) t.strictSame(await send({ ...others, [name]: empty }), without, name);
      }
    }

    /** On an untouched account: what comes of it, and what amoCRM is told. */
    async function send(params: object): Promise<unknown> {
      resetAccount(sandbox);
      const first = sandbox.store.nextId();
      const answer = await step(type, params);
      const items = writesTo(sandbox).map(({ method, path, body }) => [method, path, withoutChance(body, first)]);
      return [failureOf(answer), answer.body.output_var, items];
    }
  });

  t.test(`${type}: an unknown param is refused by its name, and nothing is sent`, async (t) => {
    for (const params of [...examples.map((example) => example.params), ...bodies.map((body) => body.params)]) {
      resetAccount(sandbox);
      const answer = await step(type, { ...params, no_such: 1 });
      t.strictSame(failureOf(answer), [400, 'INVALID_REQUEST', 'params.no_such']);
      t.strictSame(sandbox.requests, []);
    }
  });

  function optionalParams(body: WholeBody): string[] {
    const params = propertiesIn(schema, body).filter(({ path }) => path.length === 2 && path[0] === 'params');
    return params.filter(({ required }) => !required).map(({ path }) => String(path[1]));
  }
}

/** A call without an id of its own gets one that is new each time, and so does what the step itself has made before. */
function withoutChance(body: unknown, first: number): unknown {
  const text = JSON.stringify(body).replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'uuid');
  const isMade = (key: string, value: unknown) => /^(entity_)?id$/.test(key) && Number(value) > first;
  // Some deadlines count from now.
  return JSON.parse(text, (key, value) => (key === 'complete_till' || isMade(key, value) ? typeof value : value));
}
