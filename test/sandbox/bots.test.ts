import t from 'tap';
import { open } from './open.ts';

const BOT = 9301;
const LEAD = 67890;
const RUN = `/api/v4/bots/${BOT}/run`;
const SEVERAL = '/api/v2/salesbot/run';
const order = { bot_id: BOT, entity_id: LEAD, entity_type: 2 };

t.test('a Salesbot is run for a lead or a contact, and nothing is said of what becomes of it', async (t) => {
  const { call, sandbox } = await open(t);
  t.match(await call('POST', RUN, { entity_id: LEAD, entity_type: 'leads' }), { status: 202, type: /^text\/html/ });
  t.equal((await call('POST', RUN, { entity_id: 12345, entity_type: 'contacts' })).status, 202);
  t.equal((await call('POST', RUN, { entity_id: LEAD, entity_type: 'leads' })).status, 202, 'again, as often as asked');
  t.strictSame(sandbox.store.bots.get(BOT)?.runs, [
    { kind: 'leads', id: LEAD },
    { kind: 'contacts', id: 12345 },
    { kind: 'leads', id: LEAD },
  ]);
  t.equal((await call('GET', RUN)).status, 405);
});

t.test('the older method runs up to a hundred in one call', async (t) => {
  const { call, sandbox } = await open(t);
  const types = [{ entity_type: '2' }, { entity_type: 'leads' }, { entity_type: 1, entity_id: 12345 }];
  t.equal(
    (
      await call(
        'POST',
        SEVERAL,
        types.map((type) => ({ ...order, ...type })),
      )
    ).status,
    202,
  );
  t.strictSame(
    sandbox.store.bots.get(BOT)?.runs.map(({ kind }) => kind),
    ['leads', 'leads', 'contacts'],
  );
  t.equal(
    (
      await call(
        'POST',
        SEVERAL,
        Array.from({ length: 100 }, () => order),
      )
    ).status,
    202,
  );
  t.equal(
    (
      await call(
        'POST',
        SEVERAL,
        Array.from({ length: 101 }, () => order),
      )
    ).status,
    422,
  );
  t.equal(sandbox.store.bots.get(BOT)?.runs.length, 103);
});

t.test('what cannot be run is refused, and nothing of the call is run', async (t) => {
  const { call, refusals, sandbox } = await open(t);
  const sent = { entity_id: LEAD, entity_type: 'leads' };
  t.strictSame(await refusals('POST', RUN, [sent]), ['InvalidType ']);
  t.strictSame(await refusals('POST', RUN, { entity_id: LEAD }), ['FieldMissing entity_type']);
  t.strictSame(await refusals('POST', RUN, { ...sent, entity_type: 'companies' }), ['NotSupportedChoice entity_type']);
  t.strictSame(await refusals('POST', RUN, { ...sent, entity_id: 5 }), ['NotSupportedChoice entity_id']);
  t.strictSame(await refusals('POST', RUN, { ...sent, bot_id: BOT }), ['FieldNotExpected bot_id']);
  t.strictSame(await refusals('POST', SEVERAL, [order, { ...order, entity_type: 3 }]), [
    'NotSupportedChoice entity_type',
  ]);
  t.strictSame(await refusals('POST', SEVERAL, order), ['InvalidType ']);
  t.equal((await call('POST', '/api/v4/bots/5/run', sent)).status, 404);
  t.equal((await call('POST', SEVERAL, [order, { ...order, bot_id: 5 }])).status, 404);
  t.strictSame(sandbox.store.bots.get(BOT)?.runs, []);
});

t.test('a reset forgets the runs', async (t) => {
  const { call, sandbox } = await open(t);
  await call('POST', RUN, { entity_id: LEAD, entity_type: 'leads' });
  sandbox.reset();
  t.strictSame(sandbox.store.bots.get(BOT)?.runs, []);
});
