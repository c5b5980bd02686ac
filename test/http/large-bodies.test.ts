import t, { type Test } from 'tap';
import { isProblem } from '../fixtures/problem.ts';
import { answerOf, startService } from '../fixtures/service.ts';

const { app } = await startService(t);

t.test('the event loop turns between the parts of the work on a large body', async (t) => {
  const small = await turnsFor(t, 10);
  const large = await turnsFor(t, 40_000);
  t.ok(large >= small + 2, `${large} turns, ${small} for a small one`);
});

/** How often others had their turn while a body of unknown fields was worked on. */
async function turnsFor(t: Test, values: number): Promise<number> {
  const fields = Array.from({ length: values }, (_, index) => `"k${index}":1`).join();
  const payload = `{"params":{"name":"x","custom_fields":{${fields}},"nonsense":1}}`;
  const headers = { 'content-type': 'application/json' };
  let turns = 0;
  let next = setImmediate(count);
  const answer = await app.inject({ method: 'POST', url: '/steps/amocrm_create_contact', headers, payload });
  clearImmediate(next);
  isProblem(t, answerOf(answer), 'INVALID_REQUEST');
  return turns;

  function count(): void {
    turns += 1;
    next = setImmediate(count);
  }
}
