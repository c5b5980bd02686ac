import t from 'tap';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { createOthers } from './others.ts';
import { createRandom } from './random.ts';
import { findFaults } from './told.ts';

t.test('whoever was brought in by others must be found, and not be made again', async (t) => {
  const sandbox = await startSandbox();
  t.teardown(() => sandbox.close());
  const others = createOthers(sandbox);
  const random = createRandom(7);
  const postings = Array.from({ length: 40 }, (_, index) => {
    const posting = others.meet(index, random);
    others.hasAnswered(posting);
    return posting;
  });
  const known = postings.filter((posting) => posting.known !== undefined);
  t.ok(known.length > 10 && known.length < 40, `${known.length} are known, the others were thrown into the bin`);
  const [posting] = known;
  if (posting?.known === undefined) throw new Error('nobody is known');
  const { id, name } = posting.known;
  const told = (contact_id: number) => [
    { posting, body: { success: true, result: { contact_id, created: contact_id !== id }, context: {} } },
  ];
  t.strictSame(findFaults(sandbox, told(id), others.ids), []);
  const twin = sandbox.somebody.create('contacts', { name });
  const faults = findFaults(sandbox, told(twin), others.ids).join('\n');
  t.match(faults, `${id} was not found, but ${twin}`);
  t.match(faults, `${twin} «${name}» was made, though others had brought him in before`);
});
