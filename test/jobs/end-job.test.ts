import { setImmediate } from 'node:timers/promises';
import t from 'tap';
import { endOverdue } from '../../src/jobs/end-job.ts';
import type { Job } from '../../src/jobs/job.ts';

const late: Job = {
  id: 'one',
  caller: 'bob',
  key: 'one',
  route: '/x',
  fingerprint: 'f',
  address: null,
  language: 'en',
  state: 'queued',
  attempts: 1,
  run_at: null,
  give_up_at: 1,
  accepted_at: 0,
  ended_at: null,
  result: null,
  problem: null,
  callback_state: null,
  callback_tries: 0,
  callback_at: null,
  callback_failure: null,
};

/** Gives so many jobs up; tells how many ends were saved at once at most, and which jobs are told as ended. */
async function giveUp(count: number, shutdown: AbortSignal) {
  const jobs = Array.from({ length: count }, (_, i) => ({ ...late, id: `${i}` }));
  const ended: string[] = [];
  let saving = 0;
  let most = 0;
  const isMore = await endOverdue({
    clock: { wall: () => 2 },
    shutdown,
    store: {
      overdue: async (_now, limit) => jobs.slice(0, limit),
      async end() {
        saving += 1;
        most = Math.max(most, saving);
        await setImmediate();
        saving -= 1;
      },
    },
    onEnd: ({ id }) => void ended.push(id),
  });
  return { isMore, most, ended: ended.length };
}

t.test('jobs whose time has ended are saved at once, so that they share a commit', async (t) => {
  const { signal } = new AbortController();
  t.strictSame(await giveUp(30, signal), { isMore: false, most: 30, ended: 30 });
  t.strictSame(await giveUp(1000, signal), { isMore: true, most: 100, ended: 100 });
  t.strictSame(await giveUp(1000, AbortSignal.abort()), { isMore: false, most: 0, ended: 0 });
});
