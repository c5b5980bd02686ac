import t from 'tap';
import { steps } from '../../src/steps/index.ts';
import { startService } from '../fixtures/service.ts';

for (const { type, effects, examples } of steps) {
  t.test(`${type} ${effects}, as its examples show`, async (t) => {
    const { sandbox, step } = await startService(t);
    for (const { params } of examples) await step(type, params);
    const methods = sandbox.requests.map(({ method }) => method);
    t.ok(methods.length > 0);
    t.equal(methods.some((method) => method !== 'GET') ? 'writes' : 'reads', effects);
  });
}
