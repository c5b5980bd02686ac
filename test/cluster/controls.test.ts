import t, { type Test } from 'tap';
import { createDatabase, noPostgres } from '../fixtures/postgres.ts';
import { cutTheOwner, endTheOwner, stopTheOwner } from '../fixtures/takeovers.ts';

const url = await createDatabase(t);

// Without what protects the account the same scenes end badly: the other tests would see it. Not each time: on a busy
// machine the calls of the one may be over before the other begins, and an owner that stood still while it waited for the
// database takes that for an outage, and writes nothing.
if (url === undefined) t.pass(noPostgres, { skip: noPostgres });
else {
  t.test('without a rest at the takeover amoCRM gets too many calls in a second', async (t) => {
    await atLastBad(t, async (t) => (await endTheOwner(t, url, 'no rest')).most > 7);
  });

  t.test('an owner that believes in its lease for ever calls beside the next one', async (t) => {
    await atLastBad(t, async (t) => (await cutTheOwner(t, url, 'cut', 'no own lease')).most > 7);
  });

  t.test('without a fence an owner that comes back overwrites what the next one has written', async (t) => {
    await atLastBad(t, async (t) => (await stopTheOwner(t, url, 'no fence')).late.replayed !== 'true');
  });
}

async function atLastBad(t: Test, isBad: (t: Test) => Promise<boolean>): Promise<void> {
  let wasBad = false;
  for (let turn = 0; turn < 4 && !wasBad; turn += 1) {
    await t.test(`turn ${turn}`, async (t) => {
      wasBad = await isBad(t);
    });
  }
  t.ok(wasBad, 'the harm is done');
}
