import { parseArgs } from 'node:util';
import { demoMessages } from '../messages/demo.ts';
import { demonstrateOne } from './demo/one-account.ts';
import { demonstrateTwo } from './demo/two-accounts.ts';
import { keptByNpm } from './kept-by-npm.ts';
import { Refusal, refuse } from './refusal.ts';

try {
  await (isOfSeveral() ? demonstrateTwo() : demonstrateOne());
} catch (error) {
  refuse('demo', error);
}

function isOfSeveral(): boolean {
  return readArguments() || keptByNpm('accounts') === 'true';
}

function readArguments(): boolean {
  try {
    return parseArgs({ options: { accounts: { type: 'boolean', default: false } } }).values.accounts;
  } catch {
    throw new Refusal(demoMessages.usage);
  }
}
