import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import t from 'tap';

const root = join(import.meta.dirname, '..');

/** The rooms of `src`, highest first: a room imports its own level and what is lower. A name with a dot is a file. */
const order: readonly string[][] = [
  ['sandbox', 'commands'],
  ['server.js', 'start.ts', 'serve.ts', 'app.ts', 'terminal.ts'],
  ['accounts'],
  ['routes'],
  ['http'],
  ['telemetry'],
  ['store'],
  ['cluster'],
  ['config'],
  ['jobs', 'doctor'],
  ['mcp'],
  ['journal'],
  ['scenarios'],
  ['steps'],
  ['amocrm/service.ts'],
  ['amocrm/entities'],
  ['amocrm/amo.ts', 'amocrm/dry-run.ts'],
  ['amocrm/contact-directory'],
  ['amocrm/fields'],
  ['amocrm/directories'],
  ['amocrm/gate.ts', 'amocrm/dry-gate.ts', 'amocrm/dry-links.ts'],
  ['amocrm/writes'],
  ['amocrm/reads'],
  ['amocrm/tokens'],
  ['amocrm/wire'],
  ['amocrm/pace'],
  ['amocrm/client'],
  ['amocrm/operation', 'amocrm/shapes'],
  ['schemas', 'templates'],
  ['problems', 'text', 'clock.ts'],
  ['messages'],
];
/** Tools, which nobody imports: they may import all. */
const top = order[0] ?? [];

/** The place of a file of `src` in the order; undefined where it has none. */
function levelOf(file: string): number | undefined {
  const level = order.findIndex((rooms) => rooms.some((room) => file === room || file.startsWith(`${room}/`)));
  return level < 0 ? undefined : level;
}

/** What biome.json says of a level: what it may not import. */
function ruleOf(rooms: string[], level: number) {
  const higher = order.slice(0, level).flat();
  const names = (are: (room: string) => boolean) => higher.filter(are).map((room) => basename(room));
  const folders = names((room) => !room.includes('.'));
  const files = names((room) => room.includes('.'));
  const group = [`**/{${folders}}/**`, ...(files.length > 0 ? [`**/{${files}}`] : [])];
  const rule = { level: 'error', options: { patterns: [{ group, message: 'This room stands higher.' }] } };
  return {
    includes: rooms.map((room) => (room.includes('.') ? `src/${room}` : `src/${room}/**`)),
    linter: { rules: { style: { noRestrictedImports: rule } } },
  };
}

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

t.test('Biome knows the order', async (t) => {
  const { overrides } = JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8'));
  t.strictSame(overrides.slice(1), order.map(ruleOf).slice(1));
});

t.test('an import against the order of the rooms is refused, of types too', async (t) => {
  const rooms = order.map((level) => level.filter((room) => !room.includes('.'))[0]);
  // Each from the next higher room.
  const against = rooms.flatMap((room, level) => {
    const higher = rooms.slice(0, level).findLast((name) => name !== undefined);
    return room === undefined || higher === undefined ? [] : [[room, `../${higher}/x.ts`] as const];
  });
  const files = against.map(([room, specifier]) => [`src/${room}/bad.ts`, typeOf(specifier)]);
  const report = lint(t.testdir({}), Object.fromEntries(files));
  t.ok(against.length > 20);
  for (const [room, specifier] of against) {
    t.match(report, new RegExp(`src/${room}/bad\\.ts:\\S+ lint/style/noRestrictedImports`), `${room} ← ${specifier}`);
  }
});

t.test('what Biome does not see goes by the order too', async (t) => {
  const against = [];
  for (const file of sources) {
    const own = levelOf(file);
    if (own === undefined) against.push(`${file} has no place in the order`);
    for (const imported of importsOf(file)) {
      // The image has neither tests nor documents.
      if (imported === '../package.json') continue;
      const level = levelOf(imported);
      const isTool = top.some((room) => file.startsWith(`${room}/`));
      if (level === undefined || (!isTool && level < (own ?? 0))) against.push(`${file} ← ${imported}`);
    }
    const text = readFileSync(join(root, 'src', file), 'utf8');
    if (/biome-ignore[^\n]*(?:noRestrictedImports|noImportCycles)/.test(text))
      against.push(`${file} sets a rule aside`);
  }
  t.strictSame(against, []);
});

t.test('no file comes back to itself, by types either', async (t) => {
  const open = new Set<string>();
  const done = new Set<string>();
  function circle(file: string): string[] | undefined {
    if (done.has(file)) return undefined;
    if (open.has(file)) return [file];
    open.add(file);
    for (const imported of importsOf(file).filter((other) => sources.includes(other))) {
      const found = circle(imported);
      if (found !== undefined) return [file, ...found];
    }
    open.delete(file);
    done.add(file);
    return undefined;
  }
  t.strictSame(
    sources.flatMap((file) => circle(file) ?? []),
    [],
  );
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

t.test('a circle is refused, of types too', async (t) => {
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
  const rooms = ['writes', 'reads', 'tokens', 'pace', 'wire', 'client', 'operation'];
  const gate = sources.filter(
    (file) => file === 'amocrm/gate.ts' || rooms.some((room) => file.startsWith(`amocrm/${room}/`)),
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
