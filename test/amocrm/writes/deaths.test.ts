import t from 'tap';
import { contacts } from '../../../src/amocrm/entities/contacts/collection.ts';
import type { Write } from '../../../src/amocrm/writes/writers.ts';
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

const create = (name: string): Write => ({
  method: 'POST',
  collection: contacts,
  draft: { body: { name }, origins: [] },
});

t.test('an answer that the disk did not take does not keep its key from what it has made', async (t) => {
  const gate = await startGate(t);
  const { store } = gate.sandbox;
  gate.failAfter(1);
  await gate.write(create('Анна'), 'k');
  // Its id goes to disk at once, for it has no key.
  t.match(await gate.write(create('Борис')), { answer: { id: Number } });
  await gate.restart();
  const idsOf = (wanted: string) =>
    [...store.contacts.values()].filter(({ name }) => name === wanted).map(({ id }) => id);
  const made = idsOf('Анна');
  t.equal(made.length, 1);
  t.match(await gate.write(create('Анна'), 'k'), { answer: { id: made[0] } });
  await gate.restart();
  // Now that it is told, it is nobody else's.
  t.match(await gate.write(create('Анна'), 'k'), { answer: { id: made[0] } });
  t.strictSame(idsOf('Анна'), made);
});
