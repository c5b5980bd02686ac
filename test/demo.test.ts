import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import t from 'tap';
import { startDemo } from './fixtures/demo.ts';

t.test('the demo prints a curl line that works as it stands, and leaves nothing behind', async (t) => {
  const { printed, sandbox, directory, stop } = await startDemo(t);
  const line = printed.split('\n').find((text) => text.startsWith('  curl '));
  const { stdout } = await promisify(execFile)('sh', ['-c', String(line)]);
  const { lead_id } = JSON.parse(stdout).result;
  const state: { leads: { id: number; name: string }[] } = Object(
    await (await fetch(`${sandbox}/_sandbox/state`)).json(),
  );
  t.equal(state.leads.find(({ id }) => id === lead_id)?.name, 'Заявка из бота');
  t.equal((await readdir(directory)).length, 1);
  await stop();
  t.strictSame(await readdir(directory), []);
});
