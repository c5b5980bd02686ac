import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import t from 'tap';
import { layerOf, layers, withLayers } from './layers.ts';

const root = join(import.meta.dirname, '..');

/** Tools, which nobody imports: they may import all. */
const top = layers[0] ?? [];

/** The files of `src` that a file imports: by a statement, a type or a call. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(root, 'src', file), 'utf8');
  return [...text.matchAll(/(?:\bfrom|\bimport|\brequire)\s*\(?\s*['"`](\.[^'"`]*)['"`]/g)].map(([, specifier = '']) =>
    join(dirname(file), specifier),
  );
}

const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((file) =>
  /\.[jt]s$/.test(file),
);

/** Biome's report on files, with the rules of this repository. */
function lint(directory: string, files: Record<string, string>): string {
  copyFileSync(join(root, 'biome.json'), join(directory, 'biome.json'));
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, file)), { recursive: true });
    writeFileSync(join(directory, file), text);
  }
  const args = ['lint', '--vcs-enabled=false', '--max-diagnostics=none', 'src'];
  const { stdout, stderr } = spawnSync(join(root, 'node_modules/.bin/biome'), args, {
    cwd: directory,
    encoding: 'utf8',
  });
  return stdout + stderr;
}

const typeOf = (specifier: string) => `import type { A } from '${specifier}';\n\nexport type B = A;\n`;

t.test('Biome knows the layers (npm run layers)', async (t) => {
  const settings = JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8'));
  t.ok(isDeepStrictEqual(settings, withLayers(settings)), 'run npm run layers and commit biome.json');
});

t.test('docs/CONTRIBUTING.md lists the layers from the highest down', async (t) => {
  const rows = readFileSync(join(root, 'docs/CONTRIBUTING.md'), 'utf8').split('\n');
  const table = rows.filter((row) => row.startsWith('| `src/')).join('\n');
  const named = [...table.matchAll(/`src\/([\w./-]+?)\/?`/g)].map(([, name = '']) => name);
  const listed = named.filter((name) => name !== 'amocrm');
  t.strictSame(listed.toSorted(), layers.flat().toSorted());
  const order = listed.map((name) => layerOf(name) ?? 0);
  t.strictSame(
    order,
    order.toSorted((a, b) => a - b),
  );
});

t.test('an import from a higher layer is refused, of types too', async (t) => {
  const folders = layers.map((places) => places.filter((place) => !place.includes('.'))[0]);
  // Each from the next higher folder.
  const against = folders.flatMap((folder, layer) => {
    const higher = folders.slice(0, layer).findLast((name) => name !== undefined);
    return folder === undefined || higher === undefined ? [] : [[folder, `../${higher}/x.ts`] as const];
  });
  const files = against.map(([folder, specifier]) => [`src/${folder}/bad.ts`, typeOf(specifier)]);
  const report = lint(t.testdir({}), Object.fromEntries(files));
  t.ok(against.length > 20);
  for (const [folder, specifier] of against) {
    const refused = new RegExp(`src/${folder}/bad\\.ts:\\S+ lint/style/noRestrictedImports`);
    t.match(report, refused, `${folder} ← ${specifier}`);
  }
  t.match(report, '`amocrm/writes` may not import what stands above.');
});

t.test('what Biome does not see goes by the layers too', async (t) => {
  const against = [];
  for (const file of sources) {
    const own = layerOf(file);
    if (own === undefined) against.push(`${file} is in no layer: add it to test/layers.ts, then npm run layers`);
    for (const imported of importsOf(file)) {
      // The image has neither tests nor documents.
      if (imported === '../package.json') continue;
      const layer = layerOf(imported);
      const isTool = top.some((folder) => file.startsWith(`${folder}/`));
      if (layer === undefined) against.push(`${file} imports ${imported}, which is in no layer`);
      else if (!isTool && layer < (own ?? 0)) against.push(`${file} imports ${imported}, which stands above it`);
    }
    const text = readFileSync(join(root, 'src', file), 'utf8');
    if (/biome-ignore[^\n]*(?:noRestrictedImports|noImportCycles)/.test(text))
      against.push(`${file} sets a rule aside`);
  }
  t.strictSame(against, []);
});

t.test('no file imports itself by way of others, by types either', async (t) => {
  const done = new Set<string>();
  function cycleFrom(file: string, way: readonly string[] = []): string[] | undefined {
    if (done.has(file)) return undefined;
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
    for (const imported of importsOf(file).filter((other) => sources.includes(other))) {
      const found = cycleFrom(imported, [...way, file]);
      if (found !== undefined) return found;
    }
    done.add(file);
    return undefined;
  }
  let cycle: string[] | undefined;
  for (const file of sources) cycle ??= cycleFrom(file);
  t.equal(cycle?.join(' → '), undefined);
});

t.test('nothing but the demo reaches into the sandbox', async (t) => {
  const specifier = './sandbox/sandbox.ts';
  const report = lint(t.testdir({}), {
    'src/app.ts': typeOf(specifier),
    'src/commands/demo.ts': typeOf(`.${specifier}`),
  });
  t.match(report, /src\/app\.ts:\S+ lint\/style\/noRestrictedImports/);
  t.notMatch(report, /commands\/demo\.ts/);
});

t.test('a cycle is refused, of types too', async (t) => {
  const files = {
    'src/text/a.ts': typeOf('./b.ts'),
    'src/text/b.ts': "import type { B } from './a.ts';\n\nexport type A = B;\n",
  };
  t.match(lint(t.testdir({}), files), /src\/text\/a\.ts:\S+ lint\/suspicious\/noImportCycles/);
});

t.test('the gate and what is below it name no entity', async (t) => {
  const words = 'leads?|contacts?|compan(?:y|ies)|customers?|pipelines?';
  // Words of other things too, so that only a text counts.
  const common = 'tasks?|notes?|tags?|unsorted|catalogs?|elements?|webhooks?|events?|calls?';
  const capital = words.replaceAll(/(?<![a-z:?])[a-z]/g, (letter) => letter.toUpperCase());
  const named = new RegExp(
    `(?<![A-Za-z])(?:${words})(?![a-z])|(?:${capital})(?![a-z])|'(?:[^'\\n]*[^'\\w])?(?:${common})(?!\\w)[^'\\n]*'`,
  );
  const folders = ['writes', 'reads', 'tokens', 'pace', 'wire', 'client', 'operation'];
  const gate = sources.filter(
    (file) => file === 'amocrm/gate.ts' || folders.some((folder) => file.startsWith(`amocrm/${folder}/`)),
  );
  for (const file of gate) {
    const text = readFileSync(join(root, 'src', file), 'utf8');
    const code = text.replaceAll(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*|^import .*/gm, '');
    t.notMatch(code, named, file);
  }
  for (const bad of [
    "'lead'",
    'leadsOnly',
    'createLead(',
    "'https://x/leads'",
    "'tags'",
    "'a/links/notes'",
    'companies',
  ]) {
    t.match(bad, named);
  }
});
