import type { ErrorCode } from '../../src/problems/catalogue.ts';

/** A body made to cost more than its size, and what becomes of it. */
export interface Attack {
  path: string;
  /** The body at a size from 0 to 1. */
  body(size: number): string;
  headers?: Record<string, string>;
  /** `ok` where it is harmless. */
  outcome: ErrorCode | 'ok';
}

const values = 49_000;
const bytes = 1_000_000;

const lead = '/steps/amocrm_create_lead';
const contact = '/steps/amocrm_create_contact';
const search = '/steps/amocrm_search';
const scenario = '/scenarios/run';
const form = { 'content-type': 'application/x-www-form-urlencoded' };

const list = (size: number, value: string, most = values) =>
  Array(Math.floor(size * most))
    .fill(value)
    .join();
const members = (size: number, value: string, most = values) =>
  Array.from({ length: Math.floor(size * most) }, (_, index) => `"k${index}":${value}`).join();
const text = (size: number, unit: string) => unit.repeat(Math.floor((size * bytes) / Buffer.byteLength(unit)));
const withContext = (context: string) => `{"params":{"query":"Мария"},"context":${context}}`;
const inSteps = (size: number, step: (index: number) => string, most = 1_000) =>
  `{"steps":[${Array.from({ length: Math.ceil(size * most) }, (_, index) => step(index)).join()}],"context":{}}`;

/** Each is refused, or carried out, in time that grows with its size alone. */
export const attacks: Record<string, Attack> = {
  'lists for tags': attack(lead, 'INVALID_REQUEST', (size) => `{"params":{"name":"x","tags":[${list(size, '[]')}]}}`),
  'blank tags': attack(lead, 'INVALID_REQUEST', (size) => `{"params":{"name":"x","tags":[${list(size, '" "')}]}}`),
  'placeholders without a context': attack(
    lead,
    'INVALID_REQUEST',
    (size) => `{"params":{"name":"x","tags":[${list(size, '"{a}"')}]}}`,
  ),
  'placeholders without a value': attack(
    lead,
    'INVALID_REQUEST',
    (size) => `{"params":{"name":"x","tags":[${list(size, '"{a}"')}]},"context":{}}`,
  ),
  'unknown params': attack(search, 'INVALID_REQUEST', (size) => `{"params":{${members(size, '0')}}}`),
  'unknown params in a scenario': attack(
    scenario,
    'INVALID_REQUEST',
    (size) => `{"steps":[{"type":"amocrm_search","params":{${members(size, '0')}}}],"context":{}}`,
  ),
  'faults beside a placeholder in a scenario': attack(
    scenario,
    'INVALID_REQUEST',
    (size) =>
      `{"steps":[{"type":"amocrm_create_lead","params":{"name":"{a}","tags":[${list(size, '[]')}]}}],"context":{}}`,
  ),
  'placeholders and one fault in a scenario': attack(
    scenario,
    'INVALID_REQUEST',
    (size) =>
      `{"steps":[{"type":"amocrm_create_contact","params":{"name":5,"tags":[0,{}],"custom_fields":{${members(size, '"{a}"')}}}}],"context":{}}`,
  ),
  'unknown fields': attack(
    contact,
    'UNKNOWN_FIELD',
    (size) => `{"params":{"name":"x","custom_fields":{${members(size, '1')}}}}`,
  ),
  'numbers that would be changed': attack(search, 'INVALID_REQUEST', (size) =>
    withContext(`{"a":[${list(size, '9007199254740993')}]}`),
  ),
  'one number of a million digits': attack(search, 'INVALID_REQUEST', (size) =>
    withContext(`{"a":1${text(size, '0')}}`),
  ),
  'fractions that are exact': attack(search, 'ok', (size) =>
    withContext(`{"a":[${list(size, '0.1234567890123456')}]}`),
  ),
  'poisonous keys': attack(search, 'INVALID_REQUEST', (size) =>
    withContext(`{"a":[${list(size, '{"__proto__":0}', values / 2)}]}`),
  ),
  'deep lists': attack(search, 'ok', (size) =>
    withContext(`{"a":[${list(size, `${'['.repeat(60)}${']'.repeat(60)}`, values / 61)}]}`),
  ),
  'too many values': attack(search, 'INVALID_REQUEST', (size) => withContext(`{"a":[${list(size, '0', 480_000)}]}`)),
  'opening brackets': attack(search, 'INVALID_REQUEST', (size) => text(size, '[')),
  'closing brackets': attack(search, 'INVALID_REQUEST', (size) => text(size, ']')),
  quotes: attack(search, 'INVALID_REQUEST', (size) => text(size, '"')),
  escapes: attack(search, 'ok', (size) => withContext(`{"a":"${text(size, '\\\\')}"}`)),
  'one long key': attack(search, 'ok', (size) => withContext(`{"${text(size, 'k')}":0}`)),
  'one long unknown param': attack(search, 'INVALID_REQUEST', (size) => `{"params":{"${text(size, 'k')}":0}}`),
  'a large context under a key': {
    ...attack(search, 'ok', (size) => withContext(`{${members(size, '0')}}`)),
    headers: { 'idempotency-key': 'attack' },
  },
  'text that is expanded': attack(
    lead,
    'CONTEXT_TOO_LARGE',
    (size) => `{"params":{"name":"${'{a}'.repeat(9_000)}"},"context":{"a":"${text(size / 2, 'x')}"}}`,
  ),
  'braces that are no placeholder': attack(
    lead,
    'INVALID_REQUEST',
    (size) => `{"params":{"name":"${text(size, '{')}"},"context":{}}`,
  ),
  'a placeholder of many operands': attack(
    lead,
    'CONTEXT_TOO_LARGE',
    (size) => `{"params":{"name":"{${text(size, 'a||').slice(0, -2)}}"},"context":{}}`,
  ),
  'a condition of blanks': attack(
    scenario,
    'ok',
    (size) => `{"steps":[{"type":"conditional","params":{"condition":"a${text(size, ' ')}b"}}],"context":{}}`,
  ),
  'a comparison with a text that is almost there': attack(
    scenario,
    'INVALID_REQUEST',
    (size) =>
      `{"steps":[{"type":"conditional","params":{"condition":"{a}y${text(size / 3, 'x')} == '${text(size / 2, 'x')}'"}}],"context":{}}`,
  ),
  'a condition that jumps to itself': attack(
    scenario,
    'CONTEXT_TOO_LARGE',
    (size) =>
      `{"steps":[{"id":"a","type":"conditional","params":{"condition":"{${text(size, 'я')}}","true_step":"a","false_step":"a"}}],"context":{}}`,
  ),
  'a form of many keys': {
    ...attack(`${lead}?answer=flat`, 'INVALID_REQUEST', (size) =>
      Array.from({ length: Math.floor(size * values) }, (_, index) => `k${index}=1`).join('&'),
    ),
    headers: form,
  },
  'a form of brackets': {
    ...attack(`${lead}?answer=flat`, 'INVALID_REQUEST', (size) => `a${text(size, '[b]')}=1`),
    headers: form,
  },
  'a form of many fields': {
    ...attack(`${contact}?answer=flat`, 'UNKNOWN_FIELD', (size) =>
      ['name=x', ...Array.from({ length: Math.floor(size * values * 0.8) }, (_, i) => `custom_fields[k${i}]=1`)].join(
        '&',
      ),
    ),
    headers: form,
  },
  'accents out of order as a field’s name': attack(
    contact,
    'UNKNOWN_FIELD',
    (size) =>
      `{"params":{"name":"x","custom_fields":{"a${text(size * 0.45, '\u0301')}${text(size * 0.45, '\u0327')}":1}}}`,
  ),
  'accents out of order as a value': attack(
    contact,
    'UNKNOWN_OPTION',
    (size) =>
      `{"params":{"name":"x","custom_fields":{"Источник":"a${text(size * 0.45, '\u0301')}${text(size * 0.45, '\u0327')}"}}}`,
  ),
  'steps of an unknown type': attack(scenario, 'INVALID_REQUEST', (size) => inSteps(size, () => '{"type":"x"}')),
  'steps with unknown params': attack(scenario, 'INVALID_REQUEST', (size) =>
    inSteps(size, () => `{"type":"amocrm_search","params":{${members(1, '0', 40)}}}`),
  ),
  'steps of one id': attack(scenario, 'INVALID_REQUEST', (size) => inSteps(size, () => '{"id":"a","type":"end"}')),
  'steps that lead nowhere': attack(scenario, 'INVALID_REQUEST', (size) =>
    inSteps(size, () => `{"type":"end","next_step":"${'n'.repeat(900)}"}`),
  ),
};

function attack(path: string, outcome: Attack['outcome'], body: Attack['body']): Attack {
  return { path, body, outcome };
}
