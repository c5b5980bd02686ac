import { freePort } from '../fixtures/free-port.ts';
import { ask } from '../fixtures/postgres.ts';
import { throughService } from './creates.ts';
import type { Running } from './processes.ts';
import type { BenchSandbox } from './sandbox.ts';
import { startService } from './services.ts';

const replicas = 3;
const live = 'SELECT url FROM accounts JOIN replicas ON replicas.id = owner AND expires_at > clock_timestamp()';

/** What all of them, and one process to compare with, are told: the contact directory makes calls of its own. */
export const plain = { DIRECTORY: 'off' };

export type ReplicaSet = Awaited<ReturnType<typeof startReplicas>>;

/** Three fresh processes of the service on an empty database. */
export async function startReplicas(sandbox: BenchSandbox, database: string, env: Record<string, string>) {
  const running: Running[] = [];

  async function start(): Promise<void> {
    const port = String(await freePort());
    const own = { PORT: port, REPLICA_URL: `http://127.0.0.1:${port}`, HOST: '127.0.0.1' };
    const secret = { DATABASE_URL: database, SECRET_KEY: Buffer.alloc(32, 7).toString('base64') };
    running.push(await startService(sandbox, { ...plain, ...secret, ...own, ...env }, false, 'any'));
  }

  for (let index = 0; index < replicas; index += 1) await start();
  return {
    start,
    targets: () => running.map(({ address }) => throughService(address)),
    /** The one that has the account, and another. */
    async sides() {
      const [row] = await ask(database, live);
      const own = running.find(({ address }) => address === row?.url);
      const other = running.find((each) => each !== own);
      if (own === undefined || other === undefined) throw new Error('no replica has the account');
      return { own, other };
    },
    async kill(one: Running): Promise<void> {
      running.splice(running.indexOf(one), 1);
      await one.stop();
    },
    stop: async () => void (await Promise.all(running.map(({ stop }) => stop()))),
  };
}
