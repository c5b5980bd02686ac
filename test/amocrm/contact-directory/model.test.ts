import t from 'tap';
import { wholeProgram } from './model-program.ts';
import { runModel } from './model-run.ts';

t.test('finds agree with a full scan, and find-or-create doubles nothing', async (t) => {
  const { fault, tally, ...run } = await runModel(await wholeProgram(), 150);
  t.comment(JSON.stringify({ ...run, ...tally }));
  t.equal(fault, undefined);
});
