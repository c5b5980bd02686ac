import { parseArgs } from 'node:util';
import { demonstrateOne } from './demo/one-account.ts';
import { demonstrateTwo } from './demo/two-accounts.ts';

const isOfSeveral = readArguments();
if (isOfSeveral === undefined) {
  process.stderr.write('Demo: expected npm run demo, or npm run demo -- --accounts\n');
  process.exitCode = 1;
} else await (isOfSeveral ? demonstrateTwo() : demonstrateOne());

/** Whether several accounts are to be shown; undefined for what is none of this. */
function readArguments(): boolean | undefined {
  try {
    return parseArgs({ options: { accounts: { type: 'boolean', default: false } } }).values.accounts;
  } catch {
    return undefined;
  }
}
