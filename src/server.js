import { enableCompileCache, flushCompileCache, registerHooks } from 'node:module';
import { extname, join } from 'node:path';

const formats = new Map([
  ['.ts', 'module-typescript'],
  ['.mjs', 'module'],
]);

// The compile cache lies beside the code: whoever can write there can change the code too. Where it cannot be written
// it is read if it exists. This file is JavaScript because for TypeScript Node would load its type stripper.
enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/amocrm-steps'));
// A relative path with one of these endings names its file whole. Node would look at the disk for every import of it all
// the same: an eighth of the time of a start.
registerHooks({
  resolve(specifier, context, next) {
    const format = specifier.startsWith('.') ? formats.get(extname(specifier)) : undefined;
    if (format === undefined || context.parentURL === undefined) return next(specifier, context);
    return { url: new URL(specifier, context.parentURL).href, format, shortCircuit: true };
  },
});
const { start } = await import('./start.ts');
await start();
flushCompileCache();
