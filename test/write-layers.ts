import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLayers } from './layers.ts';

/** Writes the layers into biome.json. */

const cwd = join(import.meta.dirname, '..');
const file = join(cwd, 'biome.json');
writeFileSync(file, JSON.stringify(withLayers(JSON.parse(readFileSync(file, 'utf8'))), null, 2));
execFileSync(join(cwd, 'node_modules/.bin/biome'), ['format', '--write', file], { cwd, stdio: 'inherit' });
