import t from 'tap';
import { createRecent } from '../../../src/amocrm/operation/recent.ts';
import { createFakeClock } from '../../fixtures/fake-clock.ts';

t.test('a name counts as recent for so long since it was last noted, unless it is forgotten', async (t) => {
  const clock = createFakeClock();
  const recent = createRecent({ max: 10, ms: 1_000, now: clock.now });
  for (const name of ['a', 'b', 'c']) recent.note(name);
  recent.forget('b');
  await clock.advance(600);
  recent.note('c');
  t.same(['a', 'b', 'c', 'd'].filter(recent.has), ['a', 'c']);
  await clock.advance(600);
  t.same(['a', 'b', 'c', 'd'].filter(recent.has), ['c']);
});

t.test('of more than the most those noted longest ago go', async (t) => {
  const recent = createRecent({ max: 10, ms: 1_000, now: createFakeClock().now });
  const names = Array.from({ length: 100 }, (_, index) => `${index}`);
  for (const name of names) recent.note(name);
  const kept = names.filter(recent.has);
  t.ok(kept.length >= 5 && kept.length <= 10, `${kept.length} kept`);
  t.same(kept, names.slice(-kept.length));
});
