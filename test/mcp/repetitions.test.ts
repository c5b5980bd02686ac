import t from 'tap';
import { createRepetitions } from '../../src/mcp/repetitions.ts';

const minute = 60_000;

t.test('equal calls within ten minutes are one, whatever becomes of the wall clock', (t) => {
  const time = { now: 0, wall: 1_000 * minute };
  const keyOf = createRepetitions({ now: () => time.now, wall: () => time.wall });
  const ask = (name = 'Лид') => keyOf('bot', 'amocrm_create_lead', { name });
  const first = ask();
  t.not(ask('Другой'), first);
  time.now += 9 * minute;
  time.wall += 69 * minute;
  t.equal(ask(), first, 'put on by an hour');
  time.now += 45 * minute;
  time.wall = 1_000 * minute;
  const later = ask();
  t.not(later, first, 'put back: a call after the window is another');
  time.now += 11 * minute;
  const last = ask();
  t.ok(last !== first && last !== later);
  t.equal(ask(), last);
  t.end();
});
