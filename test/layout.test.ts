import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import t from 'tap';

const root = join(import.meta.dirname, '..');

/** Imports against the order: a room, and what stands higher. */
const against: [room: string, specifier: string][] = [
  ['accounts', '../serve.ts'],
  ['accounts', '../terminal.ts'],
  ['routes', '../accounts/open-account.ts'],
  ['http', '../routes/steps.ts'],
  ['telemetry', '../http/auth.ts'],
  ['store', '../telemetry/logger.ts'],
  ['cluster', '../store/store.ts'],
  ['config', '../cluster/membership.ts'],
  ['jobs', '../config/config.ts'],
  ['mcp', '../config/config.ts'],
  ['journal', '../jobs/job-store.ts'],
  ['scenarios', '../journal/journal.ts'],
  ['steps', '../scenarios/run.ts'],
  ['amocrm/entities', '../../steps/index.ts'],
  ['amocrm/contact-directory', '../entities/search.ts'],
  ['amocrm/fields', '../contact-directory/contact-directory.ts'],
  ['amocrm/directories', '../fields/field.ts'],
  ['amocrm/writes', '../directories/directory.ts'],
  ['amocrm/reads', '../writes/draft.ts'],
  ['amocrm/tokens', '../reads/read.ts'],
  ['amocrm/wire', '../tokens/oauth.ts'],
  ['amocrm/pace', '../wire/wire.ts'],
  ['amocrm/client', '../pace/pacer.ts'],
  ['amocrm/operation', '../client/client.ts'],
  ['amocrm/shapes', '../client/client.ts'],
  ['schemas', '../amocrm/gate.ts'],
  ['templates', '../amocrm/gate.ts'],
  ['problems', '../schemas/atoms.ts'],
  ['messages', '../problems/problem.ts'],
  ['text', '../schemas/atoms.ts'],
];

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

t.test('an import against the order of the rooms is refused, of types too', async (t) => {
  const files = against.map(([room, specifier]) => [`src/${room}/bad.ts`, typeOf(specifier)]);
  const report = lint(t.testdir({}), Object.fromEntries(files));
  for (const [room, specifier] of against) {
    t.match(report, new RegExp(`src/${room}/bad\\.ts:\\S+ lint/style/noRestrictedImports`), `${room} ← ${specifier}`);
  }
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

t.test('every room has its place in the order', async (t) => {
  const { overrides } = JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8'));
  const placed: string[] = overrides.flatMap(({ includes }: { includes: string[] }) => includes);
  for (const base of ['src', 'src/amocrm']) {
    for (const entry of readdirSync(join(root, base), { withFileTypes: true })) {
      const place = `${base}/${entry.name}${entry.isDirectory() ? '/**' : ''}`;
      if (['src/commands/**', 'src/sandbox/**', 'src/amocrm/**'].includes(place)) continue;
      t.ok(placed.includes(place), place);
    }
  }
});

t.test('the gate names no entity', async (t) => {
  const entities = readdirSync(join(root, 'src/amocrm/entities'), { withFileTypes: true });
  const names = entities.filter((entry) => entry.isDirectory() && entry.name !== 'account').map(({ name }) => name);
  const named = new RegExp(`\\b(${names.join('|')})\\b`, 'i');
  for (const room of ['writes', 'pace', 'wire', 'client']) {
    const directory = join(root, 'src/amocrm', room);
    for (const file of readdirSync(directory)) {
      const code = readFileSync(join(directory, file), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
      t.notMatch(code, named, `${room}/${file}`);
    }
  }
});
