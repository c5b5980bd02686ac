import t from 'tap';
import { readReplicaUrl } from '../../src/config/replica-url.ts';

const addresses = {
  lo: [{ address: '127.0.0.1', family: 'IPv4' as const, internal: true }],
  eth0: [
    { address: 'fd00::5', family: 'IPv6' as const, internal: false },
    { address: '10.0.0.5', family: 'IPv4' as const, internal: false },
  ],
};

t.test('others reach a replica where it listens, or where the settings say', (t) => {
  const of = (HOST: string, REPLICA_URL?: string, at: Parameters<typeof readReplicaUrl>[1] = addresses) =>
    readReplicaUrl({ HOST, PORT: 8080, ...(REPLICA_URL === undefined ? {} : { REPLICA_URL }) }, at);
  t.equal(of('0.0.0.0'), 'http://10.0.0.5:8080');
  t.equal(of('::'), 'http://10.0.0.5:8080');
  t.equal(of('0.0.0.0', undefined, {}), 'http://127.0.0.1:8080');
  t.equal(of('127.0.0.1'), 'http://127.0.0.1:8080');
  t.equal(of('::1'), 'http://[::1]:8080');
  t.equal(of('0.0.0.0', 'https://replica-1.example:8443/'), 'https://replica-1.example:8443');
  t.throws(() => of('0.0.0.0', 'http://replica/path'), { message: /^REPLICA_URL.*http:\/\/replica\/path/ });
  t.throws(() => of('0.0.0.0', 'http://user:secret@replica'), { message: /^REPLICA_URL(?!.*secret)/ });
  t.end();
});
