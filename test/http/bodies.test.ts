import { Readable } from 'node:stream';
import fc from 'fast-check';
import t from 'tap';
import { steps } from '../../src/steps/index.ts';
import { isProblem } from '../fixtures/problem.ts';
import { type Answer, answerOf, startService } from '../fixtures/service.ts';

const { app, sandbox, step } = await startService(t);

const wrongBody = 'AmoCRM поиск контакта: неверные параметры';

function post(payload: string | Buffer | Readable, contentType = 'application/json'): Promise<Answer> {
  const headers = contentType === '' ? {} : { 'content-type': contentType };
  return app.inject({ method: 'POST', url: '/steps/amocrm_find_contact', headers, payload }).then(answerOf);
}

const withContext = (json: string) => `{"params": {"query": "Мария"}, "context": ${json}}`;

function errorsOf({ body }: Answer): string[] {
  return (body.errors ?? []).map(({ path, message }: { path: string; message: string }) => `${path} ${message}`);
}

/** How a fault tells the value that was sent. */
function sent(value: unknown): string {
  if (typeof value === 'string') return ` (sent: "${value}")`;
  if (Array.isArray(value)) return ' (sent: […])';
  return ` (sent: ${value instanceof Object ? '{…}' : value})`;
}

/** The body of the last write that amoCRM received. */
function lastWrite(): Answer['body'] {
  return sandbox.requests.findLast(({ method }) => method !== 'GET')?.body;
}

t.test('an escaped key is the caller’s own, whatever keys others have sent', async (t) => {
  const bodyOf = (key: string) =>
    `{"params": {"name": "Ключ", "custom_fields": {"Сайт": "a.example", "${key}": "Telegram"}}}`;
  const send = (payload: string) => {
    const headers = { 'content-type': 'application/json' };
    return app.inject({ method: 'POST', url: '/steps/amocrm_create_contact', headers, payload }).then(answerOf);
  };
  const strange = await send(bodyOf('\\\\u0418\\\\u'));
  t.match(errorsOf(strange), [/^params\.custom_fields/]);
  // As Python writes «Источник».
  const own = await send(bodyOf([...'Источник'].map((letter) => `\\u0${letter.charCodeAt(0).toString(16)}`).join('')));
  t.equal(own.status, 200, own.body.detail);
});

t.test('a step document is taken as a bot has it, keys beside params are ignored', async (t) => {
  const extra = { id: 'find', type: 'amocrm_find_contact', next_step: 5, description: 'бот', position: { x: [null] } };
  const { status, body } = await step('amocrm_find_contact', { query: 'Мария' }, extra);
  t.equal(status, 200);
  t.strictSame(Object.keys(body.context), ['contact']);
});

t.test('a type that is not the route’s is refused', async (t) => {
  const answer = await step('amocrm_find_contact', { query: 'Мария' }, { type: 'amocrm_search' });
  isProblem(t, answer, 'INVALID_REQUEST');
  t.strictSame(errorsOf(answer), ['type must be "amocrm_find_contact" (sent: "amocrm_search")']);
});

t.test('unknown params are refused by name, with the near one, and nothing is sent', async (t) => {
  const before = sandbox.requests.length;
  const near = await step('amocrm_find_contact', { telegramid: 5, query: 'Мария' });
  isProblem(t, near, 'INVALID_REQUEST');
  t.strictSame(errorsOf(near), ['params.telegramid is not a param; did you mean telegram_id?']);
  t.match(near.body.detail, 'params.telegramid');
  const far = await step('amocrm_find_contact', { qwertyuiopasdfg: 5, query: 'Мария' });
  t.match(
    errorsOf(far)[0],
    /^params\.qwertyuiopasdfg is not a param; params: telegram_id, phone, email, match_fields, query/,
  );
  const nested = { entity_type: 'leads', entity_id: 67890, note_type: 'sms_in', note_params: { phone: '1', txt: 'x' } };
  t.strictSame(errorsOf(await step('amocrm_add_note', nested)), [
    'params.note_params.txt is not a param; did you mean text?',
  ]);
  t.equal(sandbox.requests.length, before);
});

t.test('digits in strings are integers, and amoCRM receives numbers', async (t) => {
  const params = { name: 'Заявка', price: '150000', contact_id: '12345', status_id: '142', pipeline_id: 1 };
  const { status } = await step('amocrm_create_lead', params);
  t.equal(status, 200);
  const [{ price, status_id, pipeline_id, _embedded }] = lastWrite();
  t.strictSame([price, status_id, pipeline_id, _embedded.contacts[0].id], [150000, 142, 1, 12345]);
});

const slips = new Map<unknown, string>([
  ...[' 5', '5 '].map((text) => [text, ', without spaces'] as const),
  ...['1e3', '0x10'].map((text) => [text, ', digits alone'] as const),
  ...['5.0', '5,0', 1.5, 12345.6].map((value) => [value, ', without a fraction'] as const),
  ['-5', ', not negative'],
]);

t.test('nothing else becomes an integer', async (t) => {
  const before = sandbox.requests.length;
  const never = [null, true, false, '', ' 5', '5 ', '1e3', '0x10', '+5', '-5', '5.0', '5,0', 'пять', '５', {}, [], [5]];
  for (const contact_id of [...never, 1.5, 12345.6, '9007199254740992', '99999999999999999999']) {
    const answer = await step('amocrm_update_contact', { contact_id, update_data: { name: 'Мария' } });
    isProblem(t, answer, 'INVALID_REQUEST', { what: JSON.stringify(contact_id) });
    const slip = slips.get(contact_id) ?? '';
    t.strictSame(errorsOf(answer), [`params.contact_id must be integer, such as 12345${slip}${sent(contact_id)}`]);
  }
  for (const contact_id of [0, -1, '0', '000']) {
    const answer = await step('amocrm_update_contact', { contact_id, update_data: { name: 'Мария' } });
    t.strictSame(errorsOf(answer), [`params.contact_id must be >= 1${sent(contact_id)}`]);
  }
  for (const limit of [251, '251']) {
    t.strictSame(errorsOf(await step('amocrm_search', { query: 'x', limit })), [
      `params.limit must be <= 250${sent(limit)}`,
    ]);
  }
  t.equal(sandbox.requests.length, before);
});

t.test('ids reach to 2^53 - 1', async (t) => {
  for (const contact_id of [Number.MAX_SAFE_INTEGER, '9007199254740991']) {
    const answer = await step('amocrm_update_contact', { contact_id, update_data: { name: 'Мария' } });
    isProblem(t, answer, 'ENTITY_NOT_FOUND');
    t.match(sandbox.requests.at(-1), { path: '/api/v4/contacts', query: /9007199254740991/ });
  }
});

t.test('a number where text is due is its text', async (t) => {
  for (const [name, text] of [
    [79001234567, '79001234567'],
    [0, '0'],
    [1.5, '1.5'],
    [-3, '-3'],
    [Number.MAX_SAFE_INTEGER, '9007199254740991'],
  ]) {
    t.equal((await step('amocrm_create_lead', { name })).status, 200);
    t.equal(lastWrite()[0].name, text);
  }
  t.match((await step('amocrm_find_contact', { telegram_id: 123456789 })).body.result, { found: true });
});

t.test('nothing else becomes text, and blanks say nothing', async (t) => {
  for (const name of [null, true, false, {}, [], ['Заявка']]) {
    const answer = await step('amocrm_create_lead', { name });
    isProblem(t, answer, 'INVALID_REQUEST', { what: JSON.stringify(name) });
    t.strictSame(errorsOf(answer), [`params.name must be string, such as "Важная сделка"${sent(name)}`]);
  }
  for (const name of ['', '   ', '\n\t']) {
    t.strictSame(errorsOf(await step('amocrm_create_lead', { name })), ['params.name must not be blank']);
  }
});

t.test('numbers that JSON cannot carry without change are refused anywhere in the body', async (t) => {
  for (const [body, path] of [
    [withContext('{"id": 9007199254740992}'), 'context.id'],
    [withContext('{"id": -9007199254740993}'), 'context.id'],
    [withContext('{"list": [1, {"deep": [12345678901234567890]}]}'), 'context.list[1].deep[0]'],
    [withContext('{"id": 1e400}'), 'context.id'],
    [withContext('{"id": 1e16}'), 'context.id'],
    [withContext('{"id": 0.12345678901234567890123}'), 'context.id'],
    [withContext('{"id": 123456.12345678901}'), 'context.id'],
    [withContext('{"id": 1e-400}'), 'context.id'],
    [withContext('{"id": -0}'), 'context.id'],
    [withContext('[[-0.0e1]]'), 'context[0][0]'],
    ['{"params": {"query": 90071992547409930}}', 'params.query'],
    ['{"params": {"query": "Мария"}, "position": 9007199254740992}', 'position'],
  ] as const) {
    const answer = await post(body);
    isProblem(t, answer, 'INVALID_REQUEST', { what: body });
    t.strictSame(
      answer.body.errors.map((error: { path: string }) => error.path),
      [path],
      body,
    );
  }
});

t.test('a number that is refused is named, a long one by its beginning', async (t) => {
  const tail = 'would not be kept to the digit';
  t.strictSame(errorsOf(await post(withContext('{"id": 1e-400}'))), [
    `context.id ${tail}: 1e-400; send it as a string`,
  ]);
  const long = await post(withContext(`{"id": ${'9'.repeat(1_000_000)}}`));
  t.strictSame(errorsOf(long), [`context.id ${tail}: ${'9'.repeat(60)}…; send it as a string`]);
});

t.test('numbers that only look odd are taken', async (t) => {
  const { status, body } = await post(
    withContext('{"all": [1.0, 1.50, 1e2, 15E-1, 0.0, 0e9, -1, 0.1, 3.141592653589793, 5e-324, "-0", "1e-400"]}'),
  );
  t.equal(status, 200);
  t.strictSame(body.context.all, [1, 1.5, 100, 1.5, 0, 0, -1, 0.1, Math.PI, 5e-324, '-0', '1e-400']);
});

t.test('what JavaScript can hold comes back in the context as it was', async (t) => {
  const context = {
    most: Number.MAX_SAFE_INTEGER,
    least: Number.MIN_SAFE_INTEGER,
    fraction: 0.1,
    none: null,
    empty: '',
    no: false,
    big: '9007199254740993',
    'ключ с пробелом': ['ё', '\u0000', '😀', '\ud800'],
    list: [[], {}, null, ''],
  };
  const { body } = await step('amocrm_find_lead', { lead_id: 67890 }, { context });
  const { lead, ...kept } = body.context;
  t.strictSame(kept, context);
  t.strictSame(lead, body.result);
});

t.test('a broken body answers with __step_error__ alone in the context', async (t) => {
  const [before = '', after = ''] = withContext('{"name": "|"}').split('|');
  const bad = (bytes: string) => Buffer.concat([Buffer.from(before), Buffer.from(bytes, 'latin1'), Buffer.from(after)]);
  for (const [what, payload] of Object.entries({
    empty: '',
    'cut off': withContext('{"a": 1').slice(0, -1),
    'not JSON': 'params=1',
    'two documents': '{} {}',
    'trailing comma': '{"params": {"query": "Мария",}}',
    'single quotes': "{'params': {}}",
    NaN: withContext('{"a": NaN}'),
    'a lone continuation byte': bad('\x80'),
    'an overlong form': bad('\xc0\xaf'),
    'a surrogate in UTF-8': bad('\xed\xa0\x80'),
    'a cut character': bad('\xd0'),
  })) {
    const answer = await post(payload);
    isProblem(t, answer, 'INVALID_REQUEST', { what });
    t.strictSame(answer.body.context, { __step_error__: wrongBody }, what);
  }
});

t.test('keys that reach into prototypes are refused by their places, in order', async (t) => {
  for (const [json, ...paths] of [
    ['{"__proto__": {"admin": true}}', 'context.__proto__'],
    ['{"\\u005f_proto\\u005f\\u005F": 1}', 'context.__proto__'],
    ['{"a": [0, {"constructor": {"prototype": {"admin": true}}}]}', 'context.a[1].constructor.prototype'],
    [
      '{"a": {"b": {"__proto__": 1}, "c": 1e16}, "__proto__": 1}',
      'context.a.b.__proto__',
      'context.a.c',
      'context.__proto__',
    ],
  ] as const) {
    const answer = await post(withContext(json));
    isProblem(t, answer, 'INVALID_REQUEST', { what: json });
    t.strictSame(
      answer.body.errors.map(({ path }: { path: string }) => path),
      paths,
      json,
    );
    t.strictSame(answer.body.context, { __step_error__: wrongBody }, json);
  }
  for (const json of ['{"constructor": 1, "prototype": 2}', '{"a": "__proto__"}', '{"constructor": [{"a": 1}]}']) {
    t.equal((await post(withContext(json))).status, 200, json);
  }
});

t.test('a compressed body, or one of another charset, is refused by name', async (t) => {
  for (const [name, value] of [
    ['content-encoding', 'gzip'],
    ['content-type', 'application/json; charset=windows-1251'],
    ['content-type', 'application/json;a=b; Charset="UTF-16LE"'],
  ] as const) {
    const headers = { 'content-type': 'application/json', [name]: value };
    const request = { method: 'POST', url: '/steps/amocrm_search', headers, payload: withContext('{}') } as const;
    const answer = answerOf(await app.inject(request));
    isProblem(t, answer, 'UNSUPPORTED_MEDIA_TYPE', { what: value });
    t.match(answer.body.detail, /gzip|windows-1251|UTF-16LE/);
  }
});

t.test('a body that is no object is refused', async (t) => {
  for (const payload of ['[]', '"params"', '5', 'null', 'true']) {
    const answer = await post(payload);
    isProblem(t, answer, 'INVALID_REQUEST', { what: payload });
    t.strictSame(answer.body.context, { __step_error__: wrongBody });
  }
  for (const params of [undefined, null, '', [], 'query', 5]) {
    const answer = await step('amocrm_find_contact', params);
    isProblem(t, answer, 'INVALID_REQUEST', { what: JSON.stringify({ params }) });
    t.equal(answer.body.errors[0].path, 'params');
  }
  for (const context of [[], 'имя', 5, true]) {
    const answer = await step('amocrm_find_contact', { query: 'Мария' }, { context });
    isProblem(t, answer, 'INVALID_REQUEST', { what: JSON.stringify({ context }) });
    t.strictSame(errorsOf(answer), [`context must be object${sent(context)}`]);
    t.strictSame(answer.body.context, { __step_error__: wrongBody });
  }
});

t.test('of equal keys the last counts', async (t) => {
  const { body } = await post(withContext('{"a": 1, "a": 2}'));
  t.equal(body.context.a, 2);
});

t.test('a byte order mark is no fault', async (t) => {
  t.equal((await post(`\ufeff${withContext('{}')}`)).status, 200);
});

t.test('a body may be nested 64 deep, not 65', async (t) => {
  const nested = (depth: number) => withContext(`{"a": ${'['.repeat(depth - 2)}${']'.repeat(depth - 2)}}`);
  t.equal((await post(nested(64))).status, 200);
  isProblem(t, await post(nested(65)), 'INVALID_REQUEST');
  isProblem(t, await post('['.repeat(500_000)), 'INVALID_REQUEST');
  const brackets = JSON.stringify({ text: `"${'[{'.repeat(100)}\\`, '[[[[': '\\"' });
  t.equal((await post(withContext(brackets))).status, 200, 'brackets in strings do not count');
});

t.test('a body may have 50,000 values, not 50,001', async (t) => {
  // Beside the list: the body, params, query, context, and the list itself.
  const list = (length: number, value: string) => withContext(`{"a" : [ ${Array(length).fill(value).join(' ,')} ]}`);
  for (const value of ['0', '""', '[ ]', '{}', '"[,\\",{"']) {
    t.equal((await post(list(49_995, value))).status, 200, value);
    const answer = await post(list(49_996, value));
    isProblem(t, answer, 'INVALID_REQUEST', { what: value });
    t.equal(answer.body.detail, 'The body has more than 50000 values', value);
  }
  const members = Array.from({ length: 49_995 }, (_, index) => `"k${index}":[]`);
  t.equal((await post(withContext(`{${members.join()}}`))).status, 200, 'without the list');
  const pairs = Array.from({ length: 25_000 }, (_, index) => `"k${index}":[0]`);
  isProblem(t, await post(withContext(`{${pairs.join()}}`)), 'INVALID_REQUEST');
});

t.test('a body may have 1 MiB and not a byte more', async (t) => {
  const body = withContext('{}');
  const filled = (size: number) => body + ' '.repeat(size - Buffer.byteLength(body));
  t.equal((await post(filled(1024 * 1024))).status, 200);
  const answer = await post(filled(1024 * 1024 + 1));
  isProblem(t, answer, 'PAYLOAD_TOO_LARGE');
  t.strictSame(answer.body.context, { __step_error__: 'AmoCRM поиск контакта: слишком большой запрос' });
  const unannounced = Readable.from([filled(1024 * 1024), ' ']);
  isProblem(t, await post(unannounced), 'PAYLOAD_TOO_LARGE', { what: 'a body that does not tell its length' });
});

t.test('only JSON is taken', async (t) => {
  for (const contentType of [
    '',
    'text/plain',
    'text/json',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonp',
    'application/json\ta',
    'application/json garbage',
    'application/json, text/plain',
    'application',
    ';',
  ]) {
    const answer = await post(withContext('{}'), contentType);
    isProblem(t, answer, 'UNSUPPORTED_MEDIA_TYPE', { what: JSON.stringify(contentType) });
  }
  for (const contentType of [
    'APPLICATION/JSON',
    'application/json; charset=utf-8',
    'application/json;charset="UTF-8"',
  ]) {
    t.equal((await post(withContext('{}'), contentType)).status, 200, contentType);
  }
});

t.test('no body is refused like an empty one', async (t) => {
  const answer = await app.inject({ method: 'POST', url: '/steps/amocrm_find_contact' }).then(answerOf);
  isProblem(t, answer, 'INVALID_REQUEST');
});

t.test('an optional param that is null or "" counts as not given', async (t) => {
  for (const none of [null, '']) {
    const found = { telegram_id: none, phone: none, email: none, query: 'Мария', output_var: none };
    const extra = { id: none, type: none, next_step: none, context: none };
    const answer = await step('amocrm_find_contact', found, extra);
    t.match(answer, { status: 200, body: { output_var: 'contact', result: { matched_by: 'query' } } });
    const noted = { entity_type: 'leads', entity_id: 67890, note_text: 'x', note_type: none, note_params: none };
    t.equal((await step('amocrm_add_note', noted)).status, 200, `note_type ${JSON.stringify(none)}`);
    t.match(lastWrite(), [{ note_type: 'common', params: { text: 'x' } }]);
    const searched = { query: 'Мария', entity_type: none, limit: none, page: none };
    t.match(await step('amocrm_search', searched), { status: 200, body: { result: { entity_type: 'contacts' } } });
    t.match(sandbox.requests.at(-1), { query: /limit=50/ });
    const lead = { name: 'Заявка', price: none, contact_id: none, tags: none, custom_fields: none, status_id: none };
    t.equal((await step('amocrm_create_lead', lead)).status, 200);
    t.notMatch(Object.keys(Object(lastWrite())[0]), ['price'], 'and is not sent either');
    const empty = await step('amocrm_find_contact', { telegram_id: none, query: none });
    t.strictSame(errorsOf(empty), ['params needs at least one of telegram_id, phone, email, match_fields, query']);
  }
});

const changeable =
  'name, first_name, last_name, responsible_user, responsible_user_id, tags, custom_fields, notes, phone, email';

t.test('a required param that is null or "" is refused by name', async (t) => {
  for (const none of [null, '']) {
    const update = await step('amocrm_update_contact', { contact_id: none, update_data: none });
    t.strictSame(errorsOf(update), [
      `params needs at least one of update_data, ${changeable}`,
      `params.contact_id must be integer, such as 12345${sent(none)}`,
    ]);
    const search = await step('amocrm_search', { query: none });
    t.equal(search.body.errors[0].path, 'params.query');
    const note = await step('amocrm_add_note', { entity_type: none, entity_id: none, note_text: 'x' });
    t.strictSame(
      note.body.errors.map(({ path }: { path: string }) => path),
      ['params.entity_type', 'params.entity_id'],
    );
  }
});

t.test('a tag that chooses the schema is refused at its own place', async (t) => {
  const wrong = { entity_type: 'leads', entity_id: 67890, note_text: 'x', note_type: 'comon' };
  const [first, ...rest] = errorsOf(await step('amocrm_add_note', wrong));
  t.match(first, /^params\.note_type must be one of common, call_in, /);
  t.strictSame(rest, []);
});

t.test('output_var is a name in any script', async (t) => {
  for (const output_var of [
    'found_contact',
    '_',
    'контакт',
    'имя_2',
    'ñandú',
    '連絡先',
    'a١',
    '__step_error',
    'length',
  ]) {
    const { status, body } = await step('amocrm_find_lead', { lead_id: 67890, output_var });
    t.equal(status, 200, output_var);
    t.equal(body.output_var, output_var);
    t.strictSame(body.context, { [output_var]: body.result });
  }
});

t.test('output_var is nothing else', async (t) => {
  const poison = ['__proto__', 'constructor', 'prototype'];
  for (const output_var of [
    ...poison,
    '__step_error__',
    '1a',
    'a-b',
    'a b',
    'a.b',
    'a[0]',
    '{a}',
    ' a',
    'a\n',
    '😀',
    '٣',
    5,
    true,
    [],
    {},
  ]) {
    const answer = await step('amocrm_find_lead', { lead_id: 67890, output_var });
    isProblem(t, answer, 'INVALID_REQUEST', { what: JSON.stringify(output_var) });
    t.equal(answer.body.errors[0].path, 'params.output_var');
  }
});

t.test('of a body full of faults the first 50 are told', async (t) => {
  const keys = Array.from({ length: 49_990 }, (_, index) => `"k${index}":0`);
  const { body } = await post(`{"params": {${keys.join()}}}`);
  t.equal(body.errors.length, 50);
  t.equal(body.errors.at(-1).path, 'params.k48');
});

t.test('of numbers that would be changed and of poisonous keys as many are looked for as are counted', async (t) => {
  for (const value of ['9007199254740993', '{"__proto__":0}']) {
    const values = Array(24_000).fill(value).join();
    const { body } = await post(`{"params": {"query": "x"}, "context": {"a": [${values}]}}`);
    t.match(body, { code: 'INVALID_REQUEST', detail: /; and 497 more$/, errors: { length: 50 } }, value);
  }
});

const seed = 20_261_201;

t.test('text reaches amoCRM to the letter', async (t) => {
  const text = fc
    .string({ unit: 'binary', minLength: 1, maxLength: 60 })
    .map((each) => each.replace(/[{}]/g, '–'))
    .filter((each) => each.trim() !== '');
  await fc.assert(
    fc.asyncProperty(text, fc.uniqueArray(text, { minLength: 1, maxLength: 5 }), async (name, tags) => {
      await step('amocrm_create_lead', { name, tags });
      const [lead] = lastWrite();
      t.strictSame([lead.name, lead._embedded.tags.map((tag: { name: string }) => tag.name)], [name, tags]);
    }),
    { seed, numRuns: 30 },
  );
});

t.test('no params, however odd, are more than refused', async (t) => {
  const odd = [
    null,
    true,
    0,
    -1,
    1.5,
    '',
    ' ',
    '{a}',
    '{{a || 1}}',
    'x{a}',
    '\ud800',
    '12345',
    67890,
    'leads',
    '2024-02-30',
  ];
  const key = fc.constantFrom('Источник', 'PHONE', '123460', 'notes', 'value', 'enum_code', 'length', 'toString', '');
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.oneof(fc.constantFrom<unknown>(...odd), fc.double(), fc.string()),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(key, tie('value'), { maxKeys: 3 }),
    ),
  }));
  const request = fc.constantFrom(...steps).chain(({ type, params, examples }) => {
    const { properties = {} } = params as { properties?: object };
    const changes = fc.dictionary(fc.constantFrom(...Object.keys(properties), 'entity_id', 'нет'), value, {
      maxKeys: 2,
    });
    const context = fc.option(fc.constant({ a: { b: [1] } }), { nil: undefined });
    return fc.tuple(fc.constant(type), fc.constant(examples[0].params), changes, context);
  });
  await fc.assert(
    fc.asyncProperty(request, async ([type, params, changes, context]) => {
      const answer = await step(type, { ...params, ...changes }, { context });
      if (answer.status === 200) return;
      t.ok(answer.status < 500, JSON.stringify([type, changes, answer.body]).slice(0, 500));
      isProblem(t, answer, answer.body.code);
    }),
    { seed, numRuns: 200 },
  );
});

t.test('an object that cannot be written as text is refused, whatever param it stands in', async (t) => {
  const mute = { toString: 1 };
  for (const { type, params, examples } of steps) {
    const { properties = {} } = params as { properties?: object };
    for (const name of Object.keys(properties)) {
      for (const value of [mute, [mute], { a: mute, id: mute, id_from: [mute] }]) {
        const answer = await step(type, { ...examples[0].params, [name]: value });
        t.ok(answer.status < 500, JSON.stringify([type, name, value, answer.body]).slice(0, 500));
      }
    }
  }
});
