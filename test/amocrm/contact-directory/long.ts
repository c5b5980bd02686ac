import { readOptions } from '../../fixtures/options.ts';
import { wholeProgram } from './model-program.ts';
import { runModel } from './model-run.ts';

// The model test at length: `node test/amocrm/contact-directory/long.ts --runs 10000`. Prints what it came to; ends with 1
// where a history goes wrong.
const { runs, seed } = readOptions({
  runs: { type: 'string', default: '10000' },
  seed: { type: 'string', default: String(Date.now() % 1_000_000) },
});
const report = await runModel(await wholeProgram(), Number(runs), Number(seed));
process.stdout.write(`${JSON.stringify(report)}\n`);
if (report.fault !== undefined) process.exitCode = 1;
