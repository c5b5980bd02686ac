import type { InjectOptions } from 'light-my-request';
import t from 'tap';
import { isProblem } from '../fixtures/problem.ts';
import { answerOf, startService } from '../fixtures/service.ts';

/** What callers plausibly get wrong, and what they are told in each language: what is wrong and what to do. */

const key = 'key-of-a-bot-that-reads';
const { app } = await startService(t, { env: { API_KEYS: `bot=key-of-a-bot-of-ours,bot:read=${key}` } });

type Mistake = [what: string, request: InjectOptions, en: RegExp, ru: RegExp];

const json = { 'content-type': 'application/json' };
const step = (type: string, params: unknown, beside: object = {}): InjectOptions => ({
  method: 'POST',
  url: `/steps/${type}`,
  headers: json,
  payload: JSON.stringify({ params, ...beside }),
});
const raw = (payload: string, headers: Record<string, string> = json): InjectOptions => ({
  method: 'POST',
  url: '/steps/amocrm_create_lead',
  headers,
  payload,
});
const scenario = (steps: object[]): InjectOptions => ({
  method: 'POST',
  url: '/scenarios/run',
  headers: json,
  payload: JSON.stringify({ steps }),
});

const mistakes: Mistake[] = [
  [
    'a comma too many',
    raw('{\n  "params": {"name": "Заявка",}\n}'),
    /line 2, column 31: .*/,
    /строка 2, символ 31: .*имя поля/,
  ],
  ['a body that ends early', raw('{"params": {"name": "За'), /line 1, column 24/, /строка 1, символ 24: .*не закрыта/],
  ['single quotes', raw("{'params': {}}"), /line 1, column 2/, /строка 1, символ 2: нужно имя поля в двойных кавычках/],
  ['an empty body', raw(''), /The body is empty/, /Тело запроса пустое: нужен объект JSON/],
  [
    'params without their wrapper',
    raw('{"name": "Заявка", "price": 100}'),
    /^params is required; move name, price into it/,
    /^params: обязательный параметр; перенесите name, price внутрь него/,
  ],
  [
    'a form',
    raw('name=x', { 'content-type': 'application/x-www-form-urlencoded' }),
    /Content-Type is .*send application\/json/,
    /В Content-Type указан .*отправьте application\/json/,
  ],
  [
    'plain text',
    raw('{}', { 'content-type': 'text/plain' }),
    /header Content-Type must say application\/json \(sent: "text\/plain"\)/,
    /в заголовке Content-Type нужно application\/json \(передано: "text\/plain"\)/,
  ],
  [
    'a compressed body',
    raw('{}', { ...json, 'content-encoding': 'gzip' }),
    /must be not compressed \(gzip\)/,
    /без сжатия \(а не gzip\)/,
  ],
  [
    'a body in Windows’ charset',
    raw('{}', { 'content-type': 'application/json; charset=windows-1251' }),
    /must be in UTF-8 \(not windows-1251\)/,
    /в UTF-8 \(а не в windows-1251\)/,
  ],
  [
    'a body too large',
    raw(`"${'x'.repeat(2 ** 20)}"`),
    /larger than 1048576 bytes/,
    /больше 1048576 байт \(1 МиБ\): передайте меньше/,
  ],
  [
    'a number with a space',
    step('amocrm_create_lead', { name: 'Заявка', price: '50 000' }),
    /^params\.price must be integer, such as 150000, without spaces \(sent: "50 000"\)$/,
    /^params\.price: нужно целое число, например 150000, без пробелов \(передано: "50 000"\)$/,
  ],
  [
    'a number with its currency',
    step('amocrm_create_lead', { name: 'Заявка', price: '500 ₽' }),
    /^params\.price must be integer, such as 150000, digits alone \(sent: "500 ₽"\)$/,
    /^params\.price: нужно целое число, например 150000, только цифры \(передано: "500 ₽"\)$/,
  ],
  [
    'a fraction',
    step('amocrm_create_lead', { name: 'Заявка', price: 1500.5 }),
    /^params\.price must be integer, such as 150000, without a fraction \(sent: 1500\.5\)$/,
    /^params\.price: нужно целое число, например 150000, без дробной части \(передано: 1500\.5\)$/,
  ],
  [
    'a fraction with a comma',
    step('amocrm_create_lead', { name: 'Заявка', price: '1500,50' }),
    /such as 150000, without a fraction \(sent: "1500,50"\)$/,
    /например 150000, без дробной части \(передано: "1500,50"\)$/,
  ],
  [
    'a colour that amoCRM does not have',
    step('amocrm_create_tag', { name: 'VIP', color: 'red' }),
    /params\.color is not taken here; DDEBB5 would be/,
    /params\.color: здесь такое значение не подходит; подойдёт, например, DDEBB5/,
  ],
  [
    'a name in place of an id',
    step('amocrm_create_lead', { name: 'Заявка', pipeline_id: 'Продажи' }),
    /must be integer; a name goes in pipeline \(sent: "Продажи"\)/,
    /нужно целое число; название передайте в pipeline \(передано: "Продажи"\)/,
  ],
  [
    'a negative id',
    step('amocrm_create_lead', { name: 'Заявка', contact_id: -1 }),
    /must be >= 1 \(sent: -1\)/,
    /нужно число не меньше 1 \(передано: -1\)/,
  ],
  [
    'tags as an object',
    step('amocrm_create_lead', { name: 'Заявка', tags: { name: 'VIP' } }),
    /must be array, such as .* \(sent: {…}\)/,
    /нужен список, например .* \(передано: {…}\)/,
  ],
  [
    'a misspelt param',
    step('amocrm_create_lead', { nmae: 'Заявка' }),
    /params\.nmae is not a param; did you mean name\?/,
    /params\.nmae: нет такого параметра; возможно, вы имели в виду name\?/,
  ],
  [
    'two mistakes at once',
    step('amocrm_add_note', { entity_tipe: 'leads', entity_id: 'x' }),
    /entity_tipe is not a param; did you mean entity_type\? params\./,
    /возможно, вы имели в виду entity_type\? params\./,
  ],
  [
    'a lead’s id where the step takes any entity',
    step('amocrm_add_note', { lead_id: 1, note_text: 'x' }),
    /give entity_type "leads" and entity_id instead/,
    /вместо него передайте entity_type "leads" и entity_id/,
  ],
  [
    'no criterion',
    step('amocrm_find_contact', {}),
    /needs at least one of telegram_id/,
    /нужен хотя бы один из: telegram_id/,
  ],
  [
    'a name and an id of one thing',
    step('amocrm_create_lead', { name: 'Заявка', pipeline: 'Продажи', pipeline_id: 1 }),
    /give pipeline or pipeline_id, not both/,
    /передайте pipeline или pipeline_id, но не оба/,
  ],
  ['a blank name', step('amocrm_create_lead', { name: ' ' }), /must not be blank/, /не может быть пустым/],
  [
    'a name too long',
    step('amocrm_create_lead', { name: 'я'.repeat(256) }),
    /must NOT have more than 255 characters/,
    /не длиннее, чем 255 символов/,
  ],
  [
    'a word that is none of the list',
    step('amocrm_add_note', { entity_type: 'deals', entity_id: 1, note_text: 'x' }),
    /must be one of contacts, leads, .* \(sent: "deals"\)/,
    /нужно одно из значений: contacts, leads, .* \(передано: "deals"\)/,
  ],
  [
    'a variable that cannot be one',
    step('amocrm_find_lead', { query: 'x', output_var: '1st' }),
    /letters, digits and _, no digit first \(sent: "1st"\)/,
    /буквы, цифры и _, первой не цифра \(передано: "1st"\)/,
  ],
  ...['__proto__', 'constructor', 'prototype', '__step_error__'].map(
    (output_var): Mistake => [
      `the variable ${output_var}`,
      step('amocrm_find_lead', { query: 'x', output_var }),
      new RegExp(`params.output_var is a reserved name; choose another one \\(sent: "${output_var}"\\)$`),
      new RegExp(`: это имя зарезервировано; выберите другое \\(передано: "${output_var}"\\)$`),
    ],
  ),
  [
    'a step type that nobody knows',
    step('x'.repeat(100), {}),
    /^There is no step type "x{60}…"; GET \/steps lists them$/,
    /^Нет типа шага "x{60}…"; список даёт GET \/steps$/,
  ],
  [
    'a step type that is nearly one',
    step('amocrm_find_led', {}),
    /^There is no step type "amocrm_find_led"; did you mean amocrm_find_lead\?/,
    /^Нет типа шага "amocrm_find_led"; возможно, вы имели в виду amocrm_find_lead\?/,
  ],
  [
    'a page of another site',
    { ...raw('{}', { ...json, origin: 'https://app.example.com' }) },
    /ALLOWED_ORIGINS \(sent: "https:\/\/app\.example\.com"\)$/,
    /ALLOWED_ORIGINS \(передано: "https:\/\/app\.example\.com"\)$/,
  ],
  [
    'an origin with other characters',
    { ...raw('{}', { ...json, origin: `https://a\u009b\u00e9${'x'.repeat(100)}` }) },
    /\(sent: "https:\/\/a\?\?x{49}…"\)$/,
    /\(передано: "https:\/\/a\?\?x{49}…"\)$/,
  ],
  [
    'a placeholder without a context',
    step('amocrm_create_lead', { name: '{name}' }),
    /is the placeholder \{name\}: the bot has not filled it in, and the request has no context/,
    /это переменная \{name\}: бот её не подставил, а в запросе нет context/,
  ],
  [
    'a placeholder that nothing fills',
    step('amocrm_create_lead', { name: 'Заявка {nmae}' }, { context: { name: 'Иван' } }),
    /\{nmae\} at position 7 has no value in the context/,
    /у \{nmae\} \(позиция 7\) нет значения в context/,
  ],
  [
    'an object inside text',
    step('amocrm_create_lead', { name: 'Заявка {user}' }, { context: { user: {} } }),
    /cannot stand inside text/,
    /внутри текста ему не место; укажите его поле/,
  ],
  [
    'dry_run in the body',
    step('amocrm_create_lead', { name: 'x' }, { dry_run: true }),
    /\?dry_run=true/,
    /указывается в адресе: \?dry_run=true/,
  ],
  [
    'a param in the address',
    { ...step('amocrm_create_lead', { name: 'x' }), url: '/steps/amocrm_create_lead?name=x' },
    /no query parameter but dry_run, answer, and "name" was sent/,
    /после «\?» могут стоять только dry_run, answer, а передан "name"/,
  ],
  [
    'a key with a space',
    { ...step('amocrm_create_lead', { name: 'x' }), headers: { ...json, 'idempotency-key': 'a b' } },
    /Idempotency-Key must be 1 to 255 visible ASCII/,
    /Idempotency-Key — от 1 до 255 видимых символов ASCII/,
  ],
  [
    'a misspelt step',
    step('amocrm_creat_lead', {}),
    /did you mean amocrm_create_lead\? GET \/steps lists them/,
    /возможно, вы имели в виду amocrm_create_lead\? Список даёт GET \/steps/,
  ],
  [
    'a step of the old plugin',
    step('amocrm_delete_lead', {}),
    /amocrm_move_lead with status "lost"/,
    /закройте сделку: amocrm_move_lead/,
  ],
  [
    'another method',
    { method: 'GET', url: '/steps/amocrm_create_lead' },
    /GET is not allowed here; allowed: POST/,
    /Метод GET здесь не поддерживается; есть POST/,
  ],
  [
    'a step without its room',
    { method: 'POST', url: '/amocrm_create_lead' },
    /no such route; did you mean \/steps\/amocrm_create_lead\?/,
    /Нет такого адреса; возможно, вы имели в виду \/steps\/amocrm_create_lead\?/,
  ],
  [
    'a step in another room, misspelt',
    { method: 'POST', url: '/step/amocrm_create_laed?dry_run=true' },
    /did you mean \/steps\/amocrm_create_lead\?/,
    /вы имели в виду \/steps\/amocrm_create_lead\?/,
  ],
  [
    'another address',
    { method: 'GET', url: '/somewhere-else' },
    /no such route; see \/docs/,
    /Нет такого адреса; .*\/docs/,
  ],
  [
    'the beginning of an address',
    { method: 'GET', url: '/oauth' },
    /no such route; did you mean \/oauth\/start\?/,
    /возможно, вы имели в виду \/oauth\/start\?/,
  ],
  [
    'a misspelt address',
    { method: 'POST', url: '/scenario/run' },
    /no such route; did you mean \/scenarios\/run\?/,
    /Нет такого адреса; возможно, вы имели в виду \/scenarios\/run\?/,
  ],
  [
    'a pipeline that nobody has',
    step('amocrm_create_lead', { name: 'Заявка', pipeline: 'Продажа' }),
    /amoCRM has no pipeline "Продажа"; did you mean "Продажи"/,
    /в amoCRM нет воронки "Продажа"; возможно, вы имели в виду "Продажи"/,
  ],
  [
    'a status of another pipeline',
    step('amocrm_create_lead', { name: 'Заявка', status: 'Смета отправлена' }),
    /it is a status of .*: name that pipeline/,
    /это этап воронки .*: укажите эту воронку/,
  ],
  [
    'a status that no pipeline has',
    step('amocrm_create_lead', { name: 'Заявка', pipeline: 'Продажи', status: 'Оплаачено' }),
    /the pipeline "Продажи" has no status "Оплаачено"/,
    /в воронке "Продажи" нет этапа "Оплаачено"/,
  ],
  [
    'a misspelt field',
    step('amocrm_create_contact', { name: 'Анна', custom_fields: { Истчник: 'Telegram' } }),
    /contacts have no field "Истчник"; did you mean "Источник"\?/,
    /у контактов нет поля "Истчник"; возможно, вы имели в виду "Источник"\?/,
  ],
  [
    'a misspelt option',
    step('amocrm_create_contact', { name: 'Анна', custom_fields: { Источник: 'Телеграм' } }),
    /"Источник" has no option "Телеграм".* Options: "Telegram"/,
    /у поля "Источник" нет варианта "Телеграм".* Есть варианты: "Telegram"/,
  ],
  [
    'an id that amoCRM does not have',
    step('amocrm_get_lead', { lead_id: 999_999 }),
    /amoCRM has no leads with the id 999999/,
    /в amoCRM нет сделки с id 999999; проверьте id/,
  ],
  [
    'a misspelt step of a scenario',
    scenario([{ id: 1, type: 'amocrm_find_contct', params: {} }]),
    /there is no step type amocrm_find_contct; did you mean amocrm_find_contact/,
    /нет типа шага amocrm_find_contct; возможно, вы имели в виду amocrm_find_contact/,
  ],
  [
    'a jump to nowhere',
    scenario([{ id: 1, type: 'end', next_step: 'b' }]),
    /leads to no step: b/,
    /ведёт к шагу, которого нет: b/,
  ],
  ['no steps', scenario([]), /must NOT have fewer than 1 items/, /не менее, чем 1 элемент/],
];

for (const [what, request, en, ru] of mistakes) {
  t.test(`${what}: the answer is in the caller’s language, with the thing to do`, async (t) => {
    for (const [language, words] of [
      ['en', en],
      ['ru', ru],
    ] as const) {
      const authorization = 'Bearer key-of-a-bot-of-ours';
      const headers = { ...request.headers, authorization, 'accept-language': language };
      const answer = answerOf(await app.inject({ ...request, headers }));
      isProblem(t, answer, answer.body.code);
      t.match(answer.body.detail, words);
      t.match(answer.headers, { 'content-language': language, vary: /(^|, )Accept-Language(,|$)/ });
    }
  });
}

t.test('without a key, or with one that may not', async (t) => {
  const headers = { ...json, 'accept-language': 'ru' };
  const { url, payload } = step('amocrm_create_lead', { name: 'x' });
  const ask = async (authorization: string) =>
    answerOf(
      await app.inject({
        method: 'POST',
        url: url ?? '',
        payload: payload ?? '',
        headers: { ...headers, authorization },
      }),
    );
  isProblem(t, await ask(''), 'UNAUTHORIZED');
  t.match((await ask('')).body, { detail: /Передайте ключ в заголовке Authorization/ });
  t.match((await ask('Bearer bot=key-of-a-bot-of-ours')).body, { detail: /передаётся сам ключ, без имени/ });
  t.match((await ask(`Bearer ${key}`)).body, {
    code: 'KEY_NOT_ALLOWED',
    detail: /только для чтения.*нужен другой ключ/,
  });
});
