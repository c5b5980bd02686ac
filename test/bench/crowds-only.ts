import { measureCrowds } from './crowds.ts';
import { pinSelf } from './processes.ts';
import { startSandbox } from './sandbox.ts';

pinSelf('load');
const s = await startSandbox();
for (const r of await measureCrowds(s, { contacts: Number(process.argv[2] ?? 5000), users: 1000, paced: 30 }))
  process.stdout.write(r.join(' | ') + '\n');
await s.stop();
