import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { followSecret } from '../../src/config/follow-secret.ts';
import type { SecretName } from '../../src/config/secrets.ts';
import { createFakeClock, type FakeClock } from '../fixtures/fake-clock.ts';
import { until } from '../fixtures/keyed.ts';

interface Told {
  changes: string[];
  faults: string[];
  /** Lets the next look happen, and waits for its end. */
  look(): Promise<void>;
  stop(): void;
  clock: FakeClock;
}

function follow(t: Test, file: string, text: string, name: SecretName = 'AMO_ACCESS_TOKEN'): Told {
  const clock = createFakeClock();
  const changes: string[] = [];
  const faults: string[] = [];
  const stop = followSecret(
    name,
    { file, text },
    {
      clock,
      onChange: (found) => changes.push(found),
      onFault: ({ message }) => faults.push(message),
    },
  );
  t.teardown(stop);
  const look = async () => {
    await clock.advance(5_000);
    await until(() => clock.timers === 1);
  };
  return { changes, faults, look, stop, clock };
}

t.test('a file that is written again, or has another put in its place, is read again', async (t) => {
  const directory = t.testdir({ token: 'one\n' });
  const file = join(directory, 'token');
  const { changes, faults, look } = follow(t, file, 'one');
  await look();
  t.strictSame(changes, [], 'nothing has changed');
  writeFileSync(file, ' two \n');
  await look();
  writeFileSync(join(directory, 'next'), 'six');
  renameSync(join(directory, 'next'), file);
  await look();
  await look();
  t.strictSame(changes, ['two', 'six']);
  t.strictSame(faults, []);
});

t.test('so is one behind links that change, as Kubernetes does it', async (t) => {
  const directory = t.testdir({ '..old': { token: 'one' }, '..new': { token: 'two' } });
  symlinkSync('..old', join(directory, '..data'));
  symlinkSync(join('..data', 'token'), join(directory, 'token'));
  const { changes, look } = follow(t, join(directory, 'token'), 'one');
  symlinkSync('..new', join(directory, '..data_tmp'));
  renameSync(join(directory, '..data_tmp'), join(directory, '..data'));
  await look();
  t.strictSame(changes, ['two']);
});

t.test('what cannot be used is told once, and what was before stays', async (t) => {
  const directory = t.testdir({ token: 'one' });
  const file = join(directory, 'token');
  const { changes, faults, look } = follow(t, file, 'one');
  for (const spoil of [
    () => rmSync(file),
    () => mkdirSync(file),
    () => rmSync(file, { recursive: true }),
    () => writeFileSync(file, ' \n'),
    () => writeFileSync(file, 'two words CANARY'),
  ]) {
    spoil();
    await look();
    await look();
  }
  t.strictSame(changes, []);
  t.strictSame(faults, [
    `AMO_ACCESS_TOKEN_FILE cannot be read: expected a readable file at ${file}`,
    `AMO_ACCESS_TOKEN_FILE is empty: expected a secret in ${file}`,
    'AMO_ACCESS_TOKEN_FILE is not valid: expected the long-lived token, one word',
  ]);
  writeFileSync(file, 'two');
  await look();
  rmSync(file);
  await look();
  t.strictSame(changes, ['two']);
  t.equal(faults.length, 4, 'told again once it had been good');
});

t.test('after the end nothing is read', async (t) => {
  const { stop, clock } = follow(t, join(t.testdir({ token: 'one' }), 'token'), 'none');
  stop();
  t.equal(clock.timers, 0);
});
