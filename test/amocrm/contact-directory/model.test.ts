import t from 'tap';
import { cuts } from './model-cuts.ts';
import { examples } from './model-examples.ts';
import { emptyTally, play } from './model-play.ts';
import { programWithout, wholeProgram } from './model-program.ts';
import { runModel } from './model-run.ts';

const whole = await wholeProgram();

t.test('finds agree with a full scan, and find-or-create doubles nothing', async (t) => {
  const { fault, tally, ...run } = await runModel(whole, 120);
  t.comment(JSON.stringify({ ...run, ...tally }));
  t.equal(fault, undefined);
  t.ok(tally.directory > 500, `${tally.directory} of the finds were the directory's`);
});

for (const [name, cut] of Object.entries(cuts)) {
  t.test(`without this it goes wrong: ${name}`, async (t) => {
    const cutProgram = await programWithout(cut, t.testdir());
    const example = examples[name];
    if (example === undefined) {
      t.type((await runModel(cutProgram, 1500, 1)).fault, 'string', 'some history is played wrong');
      return;
    }
    t.not((await play(cutProgram, example, emptyTally())).length, 0, 'the example is played wrong');
    t.strictSame(await play(whole, example, emptyTally()), [], 'and rightly with it');
  });
}
