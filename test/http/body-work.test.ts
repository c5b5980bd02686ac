import t from 'tap';
import { growthOf } from '../fixtures/growth.ts';
import { isProblem } from '../fixtures/problem.ts';
import { type Answer, answerOf, startService } from '../fixtures/service.ts';

const { app } = await startService(t);

function post(payload: string): Promise<Answer> {
  const headers = { 'content-type': 'application/json' };
  return app.inject({ method: 'POST', url: '/steps/amocrm_find_contact', headers, payload }).then(answerOf);
}

const withContext = (json: string) => `{"params": {"query": "Мария"}, "context": ${json}}`;

t.test('the work for a body full of faults grows with the body alone', async (t) => {
  const bodies: Record<string, (size: number) => string> = {
    'unknown params': (size) => `{"params": {${members(size, '0')}}}`,
    'changed numbers': (size) => withContext(`{"a": [${Array(size).fill('9007199254740993')}]}`),
    'poisonous keys': (size) => withContext(`[${Array(size).fill('{"__proto__":0}')}]`),
    'values of the wrong type': (size) => JSON.stringify({ params: { query: Array(size).fill(null) } }),
    placeholders: (size) => `{"params": {${members(size, '"{a}"')}}}`,
    'placeholders without a value': (size) => `{"params": {${members(size, '"{a}"')}}, "context": {}}`,
  };
  for (const [what, body] of Object.entries(bodies)) {
    const growth = await growthOf(4_000, async (size) => isProblem(t, await post(body(size)), 'INVALID_REQUEST'));
    t.ok(growth < 10, `${what}: ${growth.toFixed(1)} times the work for 4 times the size`);
  }

  function members(size: number, value: string): string {
    return Array.from({ length: size }, (_, index) => `"k${index}":${value}`).join();
  }
});
