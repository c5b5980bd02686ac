import t from 'tap';
import { startGate } from '../../fixtures/keyed-gate.ts';
import { ownPaths } from '../../fixtures/own-paths.ts';
import { writesTo } from '../../fixtures/records.ts';

/** Keyed writes whose process dies before or after any of its calls and changes on disk. */

t.setTimeout(120_000);

for (const [what, { prepare, isDone }] of Object.entries(ownPaths)) {
  t.test(`${what} under a key is done once, wherever the process dies`, async (t) => {
    let isLast = false;
    for (let moment = 1; !isLast; moment += 1) {
      const gate = await startGate(t);
      const write = await prepare(gate);
      gate.dieIn(moment);
      isLast = (await gate.write(write, 'k')) !== undefined;
      await gate.restart();
      const { answer: told, problem } = (await gate.write(write, 'k')) ?? {};
      t.match(told, { id: /./ }, `moment ${moment} ${problem?.message ?? ''}`);
      t.ok(isDone(gate.sandbox));
      const done = writesTo(gate.sandbox).filter((request) => request.status < 300);
      t.ok(done.length <= ('proof' in write ? 1 : 2), `${done.length} done`);
      if (isLast) t.ok(moment > 4, `${moment} moments`);
    }
  });
}
