import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { FieldMapError, loadFieldMap, parseFieldMap } from '../../../src/amocrm/fields/field-map.ts';
import { seedFieldMap } from '../../fixtures/records.ts';

fc.configureGlobal({ seed: 20_261_123 });

const path = 'config/amo_fields.json';
const parse = (document: unknown) => parseFieldMap(JSON.stringify(document), path);

/** The one line that says why a file is refused. */
function refusal(text: string): string {
  try {
    parseFieldMap(text, path);
  } catch (error) {
    if (error instanceof FieldMapError) return error.message;
    throw error;
  }
  return 'accepted';
}

t.test('a flat file counts for contacts, and for others where they have the field', async (t) => {
  const map = parse(seedFieldMap);
  const [telegram, phone] = map.own.contacts;
  t.strictSame(telegram, {
    alias: 'telegram_id',
    id: 123456,
    code: 'TELEGRAM_ID',
    name: 'Telegram ID',
    type: 'text',
    options: [],
  });
  t.strictSame(phone?.options, [
    { id: 1, value: 'WORK', code: 'WORK' },
    { id: 2, value: 'MOBILE', code: 'MOBILE' },
  ]);
  t.strictSame(map.own.leads, []);
  t.strictSame(map.own.companies, []);
  t.strictSame(map.ifPresent, map.own.contacts);
});

t.test('a nested file counts for each entity type by itself', async (t) => {
  const map = parse({
    contacts: { source: { id: 1, type: 'text' } },
    leads: { source: { id: 2, type: 'select', code: null, enums: [{ id: 3, value: 'Да' }] } },
  });
  t.strictSame(map.own.contacts, [{ alias: 'source', id: 1, code: null, name: 'source', type: 'text', options: [] }]);
  t.match(map.own.leads, [{ id: 2, type: 'select', options: [{ id: 3, value: 'Да', code: null }] }]);
  t.strictSame([map.own.companies, map.ifPresent], [[], []]);
});

t.test('an entry may be named like an entity type', async (t) => {
  const map = parse({ leads: { id: 7, type: 'numeric' } });
  t.match(map.own.contacts, [{ alias: 'leads', id: 7 }]);
});

t.test('an empty file is an empty map', async (t) => {
  for (const text of ['', ' \n ', '{}', '{"contacts": {}}']) {
    t.strictSame(parseFieldMap(text, path), { own: { contacts: [], leads: [], companies: [] }, ifPresent: [] }, text);
  }
});

t.test('further keys of a richer file are allowed', async (t) => {
  const map = parse({ source: { id: 1, type: 'text', sort: 5, enums: [{ id: 1, value: 'a', sort: 1 }] } });
  t.match(map.own.contacts, [{ id: 1, options: [{ id: 1, value: 'a' }] }]);
});

t.test('the default file may be missing, one that is set may not', async (t) => {
  const missing = join(t.testdir({}), 'amo_fields.json');
  t.strictSame(loadFieldMap({ path: missing, required: false }).own.contacts, []);
  const expected = { name: 'FieldMapError', message: `AMO_FIELDS_FILE ${missing}: cannot be read` };
  t.throws(() => loadFieldMap({ path: missing, required: true }), expected);
});

t.test('a default file that is there but cannot be read is not ignored', async (t) => {
  const directory = t.testdir({});
  t.throws(() => loadFieldMap({ path: directory, required: false }), { message: /cannot be read/ });
});

t.test('a file is read from disk', async (t) => {
  const file = join(t.testdir({ 'fields.json': JSON.stringify(seedFieldMap) }), 'fields.json');
  t.match(loadFieldMap({ path: file, required: true }).own.contacts, [{ alias: 'telegram_id' }, { alias: 'phone' }]);
});

t.test('a byte order mark does not matter', async (t) => {
  const file = join(t.testdir({ 'fields.json': `\uFEFF${JSON.stringify(seedFieldMap)}` }), 'fields.json');
  t.equal(loadFieldMap({ path: file, required: true }).own.contacts.length, 2);
});

t.test('malformed JSON is told with its line', async (t) => {
  const faulty: [string, number][] = [
    ['{\n  "a": {"id": 1, "type": "text"}\n  "b": {}\n}', 3],
    ['{\n  "a": {\n    "id": none,\n    "type": "text"\n  }\n}\n', 3],
    ['{\n  "a": {"id": 1, "type": "text"},\n}', 3],
    ['{\n\n\n  "a": {"enums": [1,\n]}\n\n\n}', 5],
    ['{\n  "a": {"id": 1', 2],
    ['\n\n%', 3],
    ['{"a": 1}\n\n}', 3],
    ['{\n"a": "x\ny"}', 2],
  ];
  for (const [text, line] of faulty) {
    const message = refusal(text);
    t.match(message, `AMO_FIELDS_FILE ${path}: line ${line}: not valid JSON (`, JSON.stringify(text));
    t.notMatch(message, /\n/, 'in one line');
  }
});

t.test('wherever a stray character stands, its line is told', async () => {
  const lines = JSON.stringify(seedFieldMap, null, 2).split('\n');
  const valueLines = lines.flatMap((line, index) => (/: ("|\d)/.test(line) ? [index] : []));
  fc.assert(
    fc.property(fc.constantFrom(...valueLines), fc.constantFrom('?', 'none', "'x'", '.5', '=', '~'), (at, stray) => {
      const text = lines.map((line, index) => (index === at ? line.replace(': ', `: ${stray}`) : line)).join('\n');
      return refusal(text).startsWith(`AMO_FIELDS_FILE ${path}: line ${at + 1}: `);
    }),
  );
});

t.test('a bad key is named, and what is wrong with it', async (t) => {
  const faulty: [unknown, string, RegExp][] = [
    [{ source: { type: 'text' } }, 'key "source"', /properties id, not \{"type":"text"\}$/],
    [{ source: { id: '1', type: 'text' } }, 'key "source.id"', /must be integer, not "1"$/],
    [{ source: { id: 0, type: 'text' } }, 'key "source.id"', /must be >= 1, not 0$/],
    [{ source: { id: 1 } }, 'key "source"', /properties type, not \{"id":1\}$/],
    [{ source: { id: 1, type: 'string' } }, 'key "source.type"', /one of text, textarea, .*, supplier, not "string"$/],
    [{ source: { id: 1, type: 'я'.repeat(90) } }, 'key "source.type"', /not "я{59}…$/],
    [{ source: { id: 1, type: 'text', code: 5 } }, 'key "source.code"', /must be string or must be null, not 5$/],
    [{ source: { id: 1, type: 'select', enums: [{ id: 1 }] } }, 'key "source.enums.0"', /value/],
    [{ source: { id: 1, type: 'select', enums: {} } }, 'key "source.enums"', /array, not \{\}$/],
    [{ source: 5 }, 'key "source"', /object, not 5$/],
    [{ source: null }, 'key "source"', /object/],
    [{ contacts: { a: { id: 1, type: 'text' } }, source: { id: 1, type: 'text' } }, 'key "source"', /contacts, leads/],
    [{ contacts: {}, leads: { budget: { id: 1, type: 'x' } } }, 'key "leads.budget.type"', /not "x"$/],
    [{ contacts: {}, leads: [] }, 'key "leads"', /object of fields, not \[\]$/],
    [{ Source: { id: 1, type: 'text' }, ' source': { id: 2, type: 'text' } }, 'key " source"', /the same as "Source"/],
    [[], 'the file', /object of fields, not \[\]$/],
    ['text', 'the file', /object of fields, not "text"$/],
  ];
  for (const [document, where, why] of faulty) {
    const message = refusal(JSON.stringify(document));
    t.match(message, `AMO_FIELDS_FILE ${path}: ${where}: `);
    t.match(message, why, message);
  }
});

t.test('an empty code is none', async (t) => {
  for (const code of ['', ' ', null]) {
    t.match(parse({ phone: { id: 1, type: 'multitext', code } }).own.contacts, [{ code: null }], JSON.stringify(code));
  }
});

t.test('names that read the same are refused, composed or decomposed', async (t) => {
  const [composed, decomposed] = ['Район'.normalize('NFC'), 'Район'.normalize('NFD')];
  const message = refusal(
    JSON.stringify({ [composed]: { id: 1, type: 'text' }, [decomposed]: { id: 2, type: 'text' } }),
  );
  t.match(message, `key "${decomposed}": reads the same as "${composed}"`);
});

t.test('every type of amoCRM and the seed is known', async (t) => {
  const types = [
    'text, numeric, checkbox, select, multiselect, date, url, date_time, textarea, radiobutton, streetaddress',
    'multitext, multiphonemail, smart_address, birthday, legal_entity, price, category, items, linked_entity',
    'payer, supplier, tracking_data, chained_list, monetary, file',
  ];
  for (const type of types.join(', ').split(', ')) t.equal(parse({ a: { id: 1, type } }).own.contacts[0]?.type, type);
});
