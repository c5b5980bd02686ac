import { between, createRandom } from '../../chaos/random.ts';
import { type Round, runTokenCrashes } from './crashes.ts';

/** Kills at many moments of an exchange: `node test/amocrm/tokens/long.ts [rounds] [seed]`. */
const [count = '60', given = String(Date.now() % 1_000_000)] = process.argv.slice(2);
const seed = Number(given);
const random = createRandom(seed);
const rounds = Array.from({ length: Number(count) }, (_, index): Round => {
  const grant = index % 5 === 4 ? 'code' : 'refresh';
  return { grant, moment: between(random, 0, 30) };
});

const closing: (() => Promise<void>)[] = [];
const { kept, faults } = await runTokenCrashes({ teardown: (close) => void closing.unshift(close) }, rounds);
for (const close of closing) await close();
process.stdout.write(`seed ${seed}: ${kept.length} kills, ${kept.filter(Boolean).length} times tokens were kept\n`);
for (const fault of faults) process.stdout.write(`${fault}\n`);
process.exitCode = faults.length === 0 ? 0 : 1;
