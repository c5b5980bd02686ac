import t from 'tap';
import { createDatabase, noPostgres } from '../fixtures/postgres.ts';
import { cutTheOwner, endTheOwner, stopTheOwner } from '../fixtures/takeovers.ts';

const url = await createDatabase(t);

// Without what protects the account the same scenes end badly: the other tests would see it.
if (url === undefined) t.pass(noPostgres, { skip: noPostgres });
else {
  t.test('without a rest at the takeover amoCRM gets too many calls in a second', async (t) => {
    const { most } = await endTheOwner(t, url, 'no rest');
    t.ok(most > 7, `${most}`);
  });

  t.test('an owner that believes in its lease for ever calls beside the next one', async (t) => {
    const { most } = await cutTheOwner(t, url, 'cut', 'no own lease');
    t.ok(most > 7, `${most}`);
  });

  t.test('without a fence an owner that comes back overwrites what the next one has written', async (t) => {
    // An owner that stood still while it waited for the database takes that for an outage, and writes nothing.
    let isGone = false;
    for (let turn = 0; turn < 4 && !isGone; turn += 1) {
      await t.test(`turn ${turn}`, async (t) => {
        const { late } = await stopTheOwner(t, url, 'no fence');
        isGone = late.replayed !== 'true';
      });
    }
    t.ok(isGone, 'the answer is gone');
  });
}
