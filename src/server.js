import { enableCompileCache, flushCompileCache } from 'node:module';
import { join } from 'node:path';

// Stripped types and compiled code are kept beside the code itself: whoever can write there can change the code too.
// Where that cannot be written to, they are read if they are there. JavaScript, for Node would load what strips types.
enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/amocrm-steps'));
const { start } = await import('./start.ts');
await start();
flushCompileCache();
