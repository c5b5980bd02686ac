import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { parseFieldMap } from '../../src/amocrm/fields/field-map.ts';
import { checkClock } from '../../src/doctor/clock.ts';
import { checkDataDirectory } from '../../src/doctor/data-directory.ts';
import { checkDirectory } from '../../src/doctor/directory.ts';
import { checkFieldMap, checkTelegramId } from '../../src/doctor/fields.ts';
import { checkLimit } from '../../src/doctor/limit.ts';
import { checkSettings } from '../../src/doctor/settings.ts';
import { checkWebhooks } from '../../src/doctor/webhooks.ts';
import { inspectDirectory } from '../../src/store/sqlite/inspect-directory.ts';

const option = (id: number, value: string) => ({ id, value, code: null });
const fields = [
  { id: 1, code: null, name: 'Telegram_ID', type: 'text', options: [] },
  { id: 2, code: null, name: 'Источник', type: 'select', options: [option(10, 'Сайт'), option(11, 'Telegram')] },
  { id: 3, code: 'PHONE', name: 'Телефон', type: 'multitext', options: [] },
];
const known = new Map([['contacts', { fields, isComplete: true }]] as const);
const mapOf = (contacts: object) => parseFieldMap(JSON.stringify({ contacts }), 'test');

t.test('an entry of the field map that is gone or has another type fails, an option that is gone warns', async (t) => {
  t.equal(checkFieldMap(mapOf({}), known).status, 'ok');
  const right = {
    source: { id: 2, type: 'select', enums: [{ id: 10, value: 'сайт' }] },
    tel: { id: 3, type: 'multiphonemail' },
  };
  t.match(checkFieldMap(mapOf(right), known), { status: 'ok', detail: { en: /All 2/ } });
  t.match(checkFieldMap(mapOf({ gone: { id: 9, type: 'text' } }), known), {
    status: 'fail',
    detail: { en: /contacts\.gone \(9\)/ },
  });
  t.match(checkFieldMap(mapOf({ other: { id: 2, type: 'text' } }), known), {
    status: 'fail',
    detail: { en: /2: text → select/ },
  });
  const renamed = { source: { id: 2, type: 'select', enums: [{ id: 10, value: 'Реклама' }] } };
  t.match(checkFieldMap(mapOf(renamed), known), { status: 'warn', detail: { ru: /Реклама \(10\)/ } });
});

t.test('a field beyond what was read is not called gone', async (t) => {
  const some = new Map([['contacts', { fields, isComplete: false }]] as const);
  t.equal(checkFieldMap(mapOf({ far: { id: 999, type: 'text' } }), some).status, 'ok');
});

t.test('many faults of a map are cut', async (t) => {
  const many = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`f${i}`, { id: 100 + i, type: 'text' }]));
  const { detail } = checkFieldMap(mapOf(many), known);
  t.match(detail.en, /\+30$/);
});

t.test('telegram_id is there by its name, its code, or in the map', async (t) => {
  t.equal(checkTelegramId(mapOf({}), known).status, 'ok');
  const without = new Map([['contacts', { fields: fields.slice(1), isComplete: true }]] as const);
  t.equal(checkTelegramId(mapOf({}), without).status, 'warn');
  t.equal(checkTelegramId(mapOf({ telegram_id: { id: 7, type: 'text' } }), without).status, 'ok');
});

t.test('webhooks that amoCRM has switched off are named without what may be secret', async (t) => {
  const webhook = (destination: string, disabled: boolean) => ({ id: 1, destination, disabled, settings: [] });
  const page = (...webhooks: object[]) => ({ _embedded: { webhooks } });
  t.match(checkWebhooks(undefined), { status: 'ok', detail: { en: 'There are none' } });
  t.match(checkWebhooks(page(webhook('https://a.example/x', false))), { status: 'ok', detail: { en: /^1, / } });
  const off = checkWebhooks(page(webhook('https://a.example/secret?key=1', true), webhook('no address', true)));
  t.match(off, { status: 'warn', detail: { en: 'amoCRM has switched off 2: https://a.example, ?' } });
});

t.test('a clock may be five seconds wrong', async (t) => {
  const there = { earliest: 1000, latest: 1001 };
  t.equal(checkClock(1_000_500, there).status, 'ok');
  t.equal(checkClock(1_005_000, there).status, 'ok');
  t.match(checkClock(1_031_000, there), { status: 'warn', detail: { en: /30 seconds ahead/ } });
  t.match(checkClock(900_000, there), { status: 'warn', detail: { en: /100 seconds behind/ } });
});

t.test('what amoCRM has refused within the hour is told', async (t) => {
  t.equal(checkLimit({ tooMany: 0, blocks: 0 }).status, 'ok');
  t.match(checkLimit({ tooMany: 3, blocks: 0 }), { status: 'warn', detail: { en: /429 .* 3 times/ } });
  t.match(checkLimit({ tooMany: 3, blocks: 1 }), { status: 'warn', detail: { en: /blocked/ } });
});

t.test('the contact directory: how far it is, and what mending has found', async (t) => {
  const facts = { isOn: true, isComplete: true, contacts: 7, scanned: 0, mended: 0 };
  t.match(checkDirectory(facts), { status: 'ok', detail: { en: /7 contacts/ } });
  t.match(checkDirectory({ ...facts, isOn: false }), { status: 'ok', detail: { en: /switched off/ } });
  t.match(checkDirectory({ ...facts, isComplete: false }), { status: 'ok', detail: { en: /not begun/ } });
  t.match(checkDirectory({ ...facts, isComplete: false, scanned: 250 }), {
    status: 'ok',
    detail: { en: /250 contacts/ },
  });
  t.match(checkDirectory({ ...facts, mended: 2 }), { status: 'warn', detail: { ru: /2$/ } });
});

t.test('settings that no one reads are named with what was meant', async (t) => {
  t.equal(checkSettings([]).status, 'ok');
  const strays = [
    { name: 'AMO_RATELIMIT', near: 'AMO_RATE_LIMIT' },
    { name: 'AMO_X', near: undefined },
  ];
  t.match(checkSettings(strays), {
    status: 'warn',
    detail: { en: 'Nobody reads AMO_RATELIMIT (AMO_RATE_LIMIT?), AMO_X' },
  });
});

t.test('the data directory: others may not read it, and there is room', async (t) => {
  const directory = t.testdir({});
  const file = join(directory, 'journal.db');
  writeFileSync(file, '', { mode: 0o600 });
  const facts = inspectDirectory(directory, 3 * 1024 * 1024);
  t.match(facts, { fault: undefined, open: [], bytes: 3 * 1024 * 1024 });
  t.ok(facts.freeBytes > 0);
  t.ok(facts.freeShare > 0 && facts.freeShare <= 1);
  t.match(checkDataDirectory({ ...facts, freeShare: 0.5 }), { status: 'ok', detail: { en: /50 % .* 3 MiB/ } });
  const small = { ...facts, freeShare: 0.05, freeBytes: 100 * 1024 * 1024 };
  t.match(checkDataDirectory(small), { status: 'warn', detail: { en: /Only 5 %/ } });
  t.equal(checkDataDirectory({ ...small, freeBytes: 20 * 1024 ** 3 }).status, 'ok', 'a large disk');
  chmodSync(file, 0o640);
  t.match(checkDataDirectory(inspectDirectory(directory, 0)), { status: 'warn', detail: { en: new RegExp(file) } });
  t.match(checkDataDirectory({ ...facts, fault: 'EROFS' }), { status: 'fail', detail: { ru: /EROFS/ } });
});
