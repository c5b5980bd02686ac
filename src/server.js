import { enableCompileCache, flushCompileCache } from 'node:module';
import { join } from 'node:path';

// The compile cache lies beside the code: whoever can write there can change the code too. Where it cannot be written
// it is read if it exists. This file is JavaScript because for TypeScript Node would load its type stripper.
enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/amocrm-steps'));
const { start } = await import('./start.ts');
await start();
flushCompileCache();
