import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import t from 'tap';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import {
  copyOf,
  type DirectoryService,
  makeDirectory,
  openAccount,
  startDirectory,
} from '../../fixtures/directory-service.ts';
import { fieldIds, plantContact, readsOf } from '../../fixtures/records.ts';

const phoneOf = (number: number) => `+7 901 ${String(number).padStart(7, '0')}`;

/** So many people that each is known by a phone and an id of Telegram; gives the ids of their contacts. */
function plantPeople(sandbox: Sandbox, howMany: number, from = 0): number[] {
  return Array.from({ length: howMany }, (_, index) =>
    plantContact(sandbox, { phones: [phoneOf(from + index)], telegram: String(from + index) }),
  );
}

function findAll(service: DirectoryService, params: readonly object[]) {
  return Promise.all(params.map((given) => service.step('amocrm_find_contact', given)));
}

const byPhone = (howMany: number, from = 0) =>
  Array.from({ length: howMany }, (_, index) => ({ phone: phoneOf(from + index) }));

/** The ids that were found, null for those that were not. */
function idsOf(answers: readonly ReturnType<typeof JSON.parse>[]): unknown[] {
  return answers.map(({ result, code }) => code ?? result.contact?.id ?? null);
}

t.test('a crowd is answered by a handful of calls, one who comes alone by his own', async (t) => {
  const sandbox = await openAccount(t);
  const ids = plantPeople(sandbox, 300);
  const service = await startDirectory(t, sandbox);
  await service.filled();
  const before = sandbox.requests.length;
  t.strictSame(idsOf(await findAll(service, byPhone(300))), ids);
  t.ok(sandbox.requests.length - before < 20, `${sandbox.requests.length - before} calls`);
  t.equal((await service.metrics()).sum('directory_finds_total', { by: 'directory' }) >= 290, true);

  await service.until((now) => now.sum('limiter_places_held') === 0);
  const searches = readsOf(sandbox, 'contacts').length;
  t.strictSame(idsOf(await findAll(service, [{ telegram_id: '7' }])), [ids[7]]);
  t.match(readsOf(sandbox, 'contacts').slice(searches), [/^query=7&/], 'as if there were no directory');
});

t.test('one who comes alone is found though amoCRM’s search shows nobody for a moment', async (t) => {
  const sandbox = await openAccount(t);
  const ids = plantPeople(sandbox, 20);
  const service = await startDirectory(t, sandbox);
  await service.filled();
  const empty = { method: 'GET', path: /\/contacts$/, action: { kind: 'empty-page' } } as const;
  for (const type of ['amocrm_find_contact', 'amocrm_find_or_create_contact']) {
    sandbox.faults.add({ ...empty, times: 2 });
    const person = type === 'amocrm_find_contact' ? 7 : 8;
    const params = { phone: phoneOf(person), ...(type === 'amocrm_find_contact' ? {} : { name: 'Гость' }) };
    const answer = await service.step(type, params);
    t.match(answer.result, { found: true, contact: { id: ids[person] } }, JSON.stringify(answer));
    sandbox.faults.clear();
  }
  t.match((await service.step('amocrm_find_or_create_contact', { phone: phoneOf(70), name: 'Гость' })).result, {
    created: true,
  });
});

t.test('a crowd finds by the criteria in their order, the lowest id, and counts who holds the value', async (t) => {
  const sandbox = await openAccount(t);
  const twins = [
    plantContact(sandbox, { emails: ['A@Example.com'] }),
    plantContact(sandbox, { emails: ['a@example.COM'] }),
  ];
  const both = plantContact(sandbox, { telegram: '55', phones: [phoneOf(1)] });
  const service = await startDirectory(t, sandbox);
  await service.filled();
  const asked = Array.from({ length: 10 }, () => [
    { email: 'a@example.com' },
    { telegram_id: '56', phone: '8 (901) 000-00-01' },
    { telegram_id: '55', email: 'a@example.com' },
    { telegram_id: '57', phone: phoneOf(2), email: 'nobody@example.com' },
  ]).flat();
  const answers = await findAll(service, asked);
  for (let index = 0; index < answers.length; index += 4) {
    t.match(
      answers.slice(index, index + 4).map(({ result }) => result),
      [
        { found: true, contact: { id: twins[0] }, count: 2, matched_by: 'email' },
        { found: true, contact: { id: both }, count: 1, matched_by: 'phone' },
        { found: true, contact: { id: both }, count: 1, matched_by: 'telegram_id' },
        { found: false, contact: null, count: 0, matched_by: null },
      ],
    );
  }
});

t.test('a crowd of find-or-create makes each once, and more than a thousand new ones do not hold it up', async (t) => {
  const sandbox = await openAccount(t);
  const known = plantPeople(sandbox, 10);
  const service = await startDirectory(t, sandbox);
  await service.filled();
  const createdAt = Math.floor(Date.now() / 1000);
  for (let count = 0; count < 1100; count += 1) plantContact(sandbox, { createdAt });
  const asked = Array.from({ length: 120 }, (_, index) => ({
    phone: phoneOf(index % 40),
    name: `Гость ${index % 40}`,
  }));
  const answers = await Promise.all(asked.map((params) => service.step('amocrm_find_or_create_contact', params)));
  t.strictSame(
    answers.slice(0, 10).map(({ result }) => [result?.contact_id, result?.created]),
    known.map((id) => [id, false]),
  );
  t.equal(answers.filter(({ result }) => result?.created === true).length, 30);
  for (const [index, { result }] of answers.entries())
    t.equal(result?.contact_id, answers[index % 40]?.result?.contact_id);
  const guests = sandbox.store.contacts.values().filter(({ name }) => name.startsWith('Гость'));
  t.equal(guests.length, 30);
});

t.test('what the service has just written is found at once', async (t) => {
  const sandbox = await openAccount(t);
  plantPeople(sandbox, 5);
  const service = await startDirectory(t, sandbox);
  await service.filled();
  await findAll(service, byPhone(30));
  const { result } = await service.step('amocrm_create_contact', { name: 'Новый', phone: phoneOf(77) });
  const other = await service.step('amocrm_update_contact', { contact_id: 12345, phone: phoneOf(78) });
  const found = await findAll(service, [...byPhone(1, 77), ...byPhone(1, 78), ...byPhone(30)]);
  t.strictSame(idsOf(found).slice(0, 2), [result.contact_id, other.result.contact_id]);
});

t.test('the file outlives the process: gone, damaged, stale or another’s, the answers are the same', async (t) => {
  const sandbox = await openAccount(t);
  const ids = plantPeople(sandbox, 60);
  const first = await startDirectory(t, sandbox);
  await first.filled();
  await first.close();
  const fills = () => readsOf(sandbox, 'contacts').filter((query) => query.startsWith('order[id]=asc')).length;
  const kept = copyOf(t, first.directory);

  // While nobody looks: an edit, a deletion, an import with old dates.
  const [edited = 0, deleted = 0] = ids;
  const phone = [{ field_code: 'PHONE', values: [{ value: phoneOf(500), enum_code: 'WORK' }] }];
  sandbox.somebody.update('contacts', { id: edited, custom_fields_values: phone });
  sandbox.store.bin('contacts', deleted);
  const old = { created_at: 1_600_000_000, updated_at: 1_600_000_000 };
  const imported = sandbox.somebody.create('contacts', {
    ...old,
    custom_fields_values: [{ field_code: 'PHONE', values: [{ value: phoneOf(501), enum_code: 'WORK' }] }],
  });
  for (let count = 0; count < 300; count += 1) plantContact(sandbox, { createdAt: 1_600_000_000 });

  const spoil: Record<string, (file: string) => void> = {
    stale: () => {},
    'a week old': (file) => inState(file, (state) => ({ ...state, caughtUpAt: state.caughtUpAt - 604_800 })),
    missing: (file) => rmSync(file),
    damaged: (file) => writeFileSync(file, Buffer.alloc(20_000, 7)),
    'of another account': (file) => inState(file, (state) => ({ ...state, accountId: 1 })),
  };
  for (const [what, work] of Object.entries(spoil)) {
    const directory = copyOf(t, kept);
    work(join(directory, 'directory.db'));
    const service = await startDirectory(t, sandbox, directory);
    const before = fills();
    const isKept = what === 'stale' || what === 'a week old';
    if (!isKept) await service.filled();
    const answers = await findAll(service, [...byPhone(60), ...byPhone(2, 500)]);
    t.strictSame(idsOf(answers), [null, null, ...ids.slice(2), edited, imported], what);
    if (isKept) t.equal(fills(), before, `${what}: it is not filled again`);
    await service.close();
  }
});

interface State {
  caughtUpAt: number;
  scannedAt: number;
}

/** Changes the directory's state behind its back. */
function inState(file: string, change: (state: State) => object): void {
  const database = new DatabaseSync(file);
  const saved = database.prepare("SELECT value FROM state WHERE name = 'state'").get()?.value;
  if (!(saved instanceof Uint8Array)) throw new Error('there is no state');
  const next = JSON.stringify(change(JSON.parse(new TextDecoder().decode(saved))));
  database.prepare("UPDATE state SET value = ? WHERE name = 'state'").run(new TextEncoder().encode(next));
  database.close();
}

t.test('killed in the middle of a fill it goes on where it was', async (t) => {
  const sandbox = await openAccount(t);
  const ids = plantPeople(sandbox, 1200);
  const service = await startDirectory(t, sandbox);
  await service.step('amocrm_find_contact', { phone: phoneOf(0) });
  await service.until((now) => now.sum('directory_contacts') >= 400 && now.sum('directory_complete') === 0);
  const left = copyOf(t, service.directory);
  await service.close();
  const pages = () => readsOf(sandbox, 'contacts').filter((query) => query.includes('order[id]=asc&limit')).length;
  const before = pages();
  const next = await startDirectory(t, sandbox, left);
  await next.filled();
  t.ok(pages() - before < 6, `${pages() - before} more pages`);
  t.strictSame(idsOf(await findAll(next, byPhone(100, 1100))), ids.slice(1100));
});

/** Each find takes a catch-up of its own. */
const upToDate = { DIRECTORY_FRESH_MS: '0' };

t.test('an outage and 429s in a fill and in a catch-up are sat out, for all together', async (t) => {
  const sandbox = await openAccount(t);
  const ids = plantPeople(sandbox, 600);
  const trouble = () => {
    sandbox.faults.add({ method: 'GET', path: '/api/v4/contacts', times: 2, action: { kind: 'too-many' } });
    sandbox.faults.add({ method: 'GET', path: '/api/v4/contacts', times: 2, action: { kind: 'drop' } });
  };
  const service = await startDirectory(t, sandbox, makeDirectory(t), upToDate);
  trouble();
  await service.filled();
  await service.until((now) => now.sum('limiter_places_held') === 0);
  trouble();
  const searches = () => readsOf(sandbox, 'contacts').filter((query) => query.includes('query=')).length;
  const before = searches();
  t.strictSame(idsOf(await findAll(service, byPhone(200))), ids.slice(0, 200));
  t.ok(searches() - before <= 7, 'a herd does not fall back to searches of its own');
});

t.test('an import of ten thousand is caught up with while a crowd waits', async (t) => {
  const sandbox = await openAccount(t);
  const ids = plantPeople(sandbox, 50);
  const service = await startDirectory(t, sandbox, makeDirectory(t), upToDate);
  await service.filled();
  const more = plantPeople(sandbox, 10_000, 1000);
  const asked = [...byPhone(50), ...byPhone(50, 1000), ...byPhone(50, 10_950)];
  t.strictSame(idsOf(await findAll(service, asked)), [...ids, ...more.slice(0, 50), ...more.slice(9_950)]);
});

t.test('a field that is made anew is searched for until all contacts have been read again', async (t) => {
  const sandbox = await openAccount(t);
  plantPeople(sandbox, 30);
  const service = await startDirectory(t, sandbox, makeDirectory(t), { AMO_FIELDS_TTL: '0' });
  await service.filled();
  sandbox.store.fields.contacts.delete(fieldIds.telegram);
  const field = sandbox.store.addField('contacts', { name: 'telegram_id', type: 'text', code: 'TELEGRAM_ID' });
  const ids = Array.from({ length: 30 }, (_, index) =>
    sandbox.somebody.create('contacts', {
      custom_fields_values: [{ field_id: field.id, values: [{ value: `new ${index}` }] }],
    }),
  );
  const asked = ids.map((_, index) => ({ telegram_id: `new ${index}` }));
  t.strictSame(idsOf(await findAll(service, asked)), ids);
  const directory = async () => (await service.metrics()).sum('directory_finds_total', { by: 'directory' });
  for (let before = await directory(); before === (await directory()); ) {
    await service.until((now) => now.sum('limiter_places_held') === 0);
    t.strictSame(idsOf(await findAll(service, asked)), ids);
  }
});

t.test('mending finds what catching up cannot, counts it, and drops what is gone', async (t) => {
  const sandbox = await openAccount(t);
  const ids = plantPeople(sandbox, 20);
  const service = await startDirectory(t, sandbox);
  await service.filled();
  await findAll(service, byPhone(20));
  await service.close();
  const [gone = 0, changed = 0] = ids;
  sandbox.store.contacts.delete(gone);
  const contact = sandbox.store.contacts.get(changed);
  // As a program does that writes the old date again.
  contact?.custom_fields_values.splice(0, 1, { field_id: fieldIds.phone, values: [{ value: phoneOf(900) }] });
  inState(join(service.directory, 'directory.db'), (state) => ({ ...state, scannedAt: 1 }));
  const next = await startDirectory(t, sandbox, service.directory);
  await next.step('amocrm_find_contact', { phone: '+70000000000' });
  const now = await next.until((metrics) => metrics.sum('directory_mended_total', { what: 'gone' }) === 1);
  t.strictSame(now.by('directory_mended_total', 'what'), { changed: 1, gone: 1 });
  t.strictSame(idsOf(await findAll(next, [...byPhone(20), ...byPhone(1, 900)])), [
    null,
    null,
    ...ids.slice(2),
    changed,
  ]);
});

t.test('switched off it reads nothing and writes no file', async (t) => {
  const sandbox = await openAccount(t);
  const ids = plantPeople(sandbox, 20);
  for (const DIRECTORY of ['on', 'off']) {
    const isOn = DIRECTORY === 'on';
    const before = readsOf(sandbox, 'contacts').length;
    const service = await startDirectory(t, sandbox, makeDirectory(t), { DIRECTORY, AMO_RATE_LIMIT: '50' });
    t.strictSame(idsOf(await findAll(service, byPhone(20))), ids);
    if (isOn) await service.filled();
    const { sum } = await service.until((now) => now.sum('limiter_places_held') === 0);
    const reads = readsOf(sandbox, 'contacts').slice(before);
    t.equal(
      reads.some((query) => !query.includes('query=')),
      isOn,
      `${DIRECTORY}: ${reads}`,
    );
    t.equal(existsSync(join(service.directory, 'directory.db')), isOn, DIRECTORY);
    t.equal(sum('directory_bytes') > 0, isOn, DIRECTORY);
    await service.close();
  }
});

t.test('after a mass edit one who comes alone creates as if there were no directory', async (t) => {
  const sandbox = await openAccount(t);
  const ids = plantPeople(sandbox, 3_000);
  const service = await startDirectory(t, sandbox);
  await service.filled();
  await service.step('amocrm_find_or_create_contact', { phone: phoneOf(5_000), name: 'Анна' });
  const now = Math.floor(Date.now() / 1000);
  for (const id of ids) {
    sandbox.store.contacts.update(id, (contact) => {
      contact.updated_at = now;
    });
  }
  await service.until((metrics) => metrics.sum('limiter_places_held') === 0);
  const before = readsOf(sandbox, 'contacts').length;
  const answer = await service.step('amocrm_find_or_create_contact', { phone: phoneOf(5_001), name: 'Борис' });
  t.match(answer.result, { created: true });
  const reads = readsOf(sandbox, 'contacts').slice(before);
  t.ok(reads.length <= 4, reads.join('\n'));
});

t.test(
  'a telegram_id in a field of a type that is not indexed is searched for, and nothing is scanned for it',
  async (t) => {
    const sandbox = await openAccount(t);
    plantPeople(sandbox, 30);
    sandbox.store.fields.contacts.delete(fieldIds.telegram);
    const field = sandbox.store.addField('contacts', { name: 'telegram_id', type: 'textarea', code: 'TELEGRAM_ID' });
    const id = sandbox.somebody.create('contacts', {
      custom_fields_values: [{ field_id: field.id, values: [{ value: 'own' }] }],
    });
    const service = await startDirectory(t, sandbox);
    await service.filled();
    const scans = () => readsOf(sandbox, 'contacts').filter((query) => query.includes('order[id]=asc&limit')).length;
    const before = scans();
    const searches = readsOf(sandbox, 'contacts').length;
    t.strictSame(idsOf(await findAll(service, Array(20).fill({ telegram_id: 'own' }))), Array(20).fill(id));
    await service.close();
    t.equal(scans(), before);
    t.match(readsOf(sandbox, 'contacts').slice(searches), [/^query=own&/], 'one search, shared');
  },
);
