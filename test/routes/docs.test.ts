import type { Page } from 'playwright-core';
import t from 'tap';
import { chromiumPath, openBrowser } from '../fixtures/browser.ts';
import { startDemo } from '../fixtures/demo.ts';
import { needs } from '../fixtures/programs.ts';
import { startService } from '../fixtures/service.ts';

/** Swagger UI takes the processor for seconds to draw itself, and other tests want it too. */
const timeout = 280_000;
t.setTimeout(timeout);

t.test('the root leads to the documentation, without a key too', async (t) => {
  const { app } = await startService(t, { env: { API_KEYS: 'bot=0123456789abcdef' } });
  const { statusCode, headers } = await app.inject('/');
  t.match([statusCode, headers.location], [302, '/docs']);
  t.equal((await app.inject({ method: 'POST', url: '/' })).statusCode, 401);
});

t.test('in a browser', { ...needs('chromium', chromiumPath), timeout }, async (t) => {
  const browser = await openBrowser();
  t.teardown(() => browser.close());

  t.test('a visitor of the demo makes a contact, finds it, adds a lead and a note', { timeout }, async (t) => {
    const demo = await startDemo(t);
    const { page, complaints, hosts } = await openDocs(demo.address);
    await authorize(page, 'the-demo-asks-for-none');

    const created = await tryOut(page, 'amocrm_create_contact', {
      name: 'Зоя Обозреватель',
      phone: '+7 905 555-77-01',
      custom_fields: { telegram_id: '905557701' },
    });
    const { contact_id } = created.result;
    const found = await tryOut(page, 'amocrm_find_contact', { telegram_id: '905557701' });
    t.match(found.result, { found: true, contact: { id: contact_id, name: 'Зоя Обозреватель' } });
    const { lead_id } = (await tryOut(page, 'amocrm_create_lead', { name: 'Сделка из браузера', contact_id })).result;
    const note = { entity_type: 'leads', entity_id: lead_id, note_text: 'Заметка из браузера' };
    const { note_id } = (await tryOut(page, 'amocrm_add_note', note)).result;

    const state = Object(await (await fetch(`${demo.sandbox}/_sandbox/state`)).json());
    const byId = (id: number) => (entity: { id: number }) => entity.id === id;
    t.match(state.contacts.find(byId(contact_id)), { name: 'Зоя Обозреватель' });
    t.match(state.leads.find(byId(lead_id)), { name: 'Сделка из браузера' });
    t.match(state.notes.leads.find(byId(note_id)), { entity_id: lead_id, params: { text: 'Заметка из браузера' } });

    for (const type of ['amocrm_create_lead_complex', 'amocrm_link_entities', 'amocrm_get_account']) {
      await toggle(page, type, 'open');
    }
    t.equal(await page.locator('.errors-wrapper').count(), 0, 'every reference in the document leads somewhere');
    t.strictSame([complaints, [...hosts]], [[], [demo.address]], 'no complaint, and nobody else was asked');

    await page.goto(demo.sandbox);
    for (const text of ['Зоя Обозреватель', 'Сделка из браузера', 'Заметка из браузера']) {
      await page.locator('article.new h3', { hasText: text }).first().waitFor();
    }
    t.strictSame(complaints, []);
  });

  t.test('a key opens the steps', { timeout }, async (t) => {
    const { app, sandbox } = await startService(t, { env: { API_KEYS: 'browser=a-key-typed-by-hand' } });
    const { page, complaints } = await openDocs(await app.listen({ host: '127.0.0.1', port: 0 }));
    const search = { query: 'Иван', entity_type: 'contacts' };
    t.match(await tryOut(page, 'amocrm_search', search, 401), { code: 'UNAUTHORIZED' });
    t.equal(sandbox.requests.length, 0);
    await authorize(page, 'a-key-typed-by-hand');
    t.match(await tryOut(page, 'amocrm_search', search), { result: { count: 2 } });
    t.match(complaints, [/status of 401/], 'the refusal is the one complaint');
    t.equal(complaints.length, 1);

    await page.reload();
    t.match(await tryOut(page, 'amocrm_search', search, 401), { code: 'UNAUTHORIZED' }, 'a key ends with the visit');
    t.strictSame(await page.evaluate('[localStorage.length, sessionStorage.length, document.cookie]'), [0, 0, '']);
  });

  t.test('all is collapsed until it is looked for', { timeout }, async (t) => {
    const { app } = await startService(t);
    const { page, complaints } = await openDocs(await app.listen({ host: '127.0.0.1', port: 0 }));
    await page.locator('.opblock-tag').first().waitFor();
    const groups = await page.locator('.opblock-tag').count();
    t.ok(groups >= 7, `${groups} groups`);
    t.strictSame([await page.locator('.opblock').count(), await page.locator('.model-container').count()], [0, 0]);

    const filter = page.locator('.operation-filter-input');
    await filter.fill('find_lead');
    await page.locator('.opblock').first().waitFor();
    t.strictSame(await page.locator('.opblock-summary-path').allInnerTexts(), ['/steps/amocrm_find_lead']);
    await filter.fill('no_such_step');
    await page.getByText('Nothing matches').waitFor();
    t.equal(await page.locator('.opblock-tag').count(), 0);
    await filter.fill('');
    await page.getByText('Nothing matches').waitFor({ state: 'detached' });
    t.equal(await page.locator('.opblock').count(), 0);
    t.equal(await page.locator('.opblock-tag').count(), groups);
    t.strictSame(complaints, []);
  });

  t.test('a phone shows the whole of it', { timeout }, async (t) => {
    const { app } = await startService(t);
    const address = await app.listen({ host: '127.0.0.1', port: 0 });
    const { page } = await openDocs(address);
    await page.locator('.opblock-tag').first().waitFor();
    await fits(page, 'collapsed');
    const operation = await toggle(page, 'amocrm_create_lead', 'open');
    t.equal(
      await operation.locator('.responses-table > tbody > tr.response').count(),
      3,
      'success, a job, and the failures',
    );
    t.equal(await operation.locator('.renderedMarkdown table').count(), 1);
    await fits(page, 'one operation');
    const schemas = operation.getByRole('tab', { name: 'Schema' });
    for (const tab of await schemas.all()) await tab.press('Enter');
    await operation.getByRole('button', { name: 'Expand all' }).first().waitFor();
    await page.evaluate(unfoldSchemas);
    await operation.locator('.json-schema-2020-12-property').nth(20).waitFor();
    await fits(page, 'its schemas', async (width) => {
      for (const cell of await operation.locator('tbody > tr > .response-col_description').all()) {
        const { width: shown = 0 } = (await cell.boundingBox()) ?? {};
        t.ok(shown > width * 0.8, `${shown} px of ${width} for the answer`);
      }
    });

    async function fits(page: Page, what: string, alsoAt = async (_: number) => {}): Promise<void> {
      for (const width of [390, 360]) {
        await page.setViewportSize({ width, height: 800 });
        t.equal(await page.evaluate('document.documentElement.scrollWidth'), width, `${what}, ${width} px`);
        await alsoAt(width);
      }
    }
  });

  /** Swagger UI in a page of its own, and what the browser complains of from now on. */
  async function openDocs(address: string) {
    const page = await browser.newPage();
    page.setDefaultTimeout(timeout);
    const complaints: string[] = [];
    const hosts = new Set<string>();
    page.on('console', (line) => {
      if (['error', 'warning'].includes(line.type())) complaints.push(line.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('requestfailed', (request) => complaints.push(`${request.url()}: ${request.failure()?.errorText}`));
    page.on('request', (request) => {
      if (!request.url().startsWith('data:')) hosts.add(new URL(request.url()).origin);
    });
    await page.goto(`${address}/docs`);
    return { page, complaints, hosts };
  }
});

// By script: each that is opened makes others come and go.
const unfoldSchemas = `for (const button of document.querySelectorAll('.json-schema-2020-12-expand-deep-button')) {
  if (button.textContent === 'Expand all') button.click();
}`;

async function authorize(page: Page, key: string): Promise<void> {
  await page.locator('.auth-wrapper > .authorize').press('Enter');
  const dialog = page.locator('.dialog-ux');
  const bearer = dialog.locator('.auth-container', { hasText: 'bearer' });
  await bearer.getByRole('textbox').fill(key);
  await bearer.getByRole('button', { name: 'Apply credentials' }).press('Enter');
  await bearer.getByRole('button', { name: 'Remove authorization' }).waitFor();
  await dialog.locator('.btn-done').first().press('Enter');
}

/** Sends a step by "Execute"; the answer as the browser got it, once Swagger UI shows its status. */
async function tryOut(page: Page, type: string, params: object, status = 200) {
  const operation = await toggle(page, type, 'open');
  await operation.locator('textarea').fill(JSON.stringify({ params }));
  const answered = page.waitForResponse((response) => response.url().endsWith(`/steps/${type}`));
  await operation.locator('.execute').press('Enter');
  const answer = await answered;
  await operation.locator('.live-responses-table .response-col_status', { hasText: String(status) }).waitFor();
  await toggle(page, type, 'closed');
  return Object(await answer.json());
}

/** Expands or collapses a step. By the keyboard, since what is clicked at may move while the page draws itself anew. */
async function toggle(page: Page, type: string, wanted: 'open' | 'closed') {
  await page.locator('.operation-filter-input').fill(type);
  const operation = page.locator(`[id$="-${type}"].opblock`);
  await operation.locator('.opblock-summary-control').press('Enter');
  const example = operation.locator('textarea', { hasText: '"params"' });
  await example.waitFor({ state: wanted === 'open' ? 'visible' : 'detached' });
  return operation;
}

t.test('what a browser has already is not sent again, and what is not there is a problem document', async (t) => {
  const { app } = await startService(t);
  const css = '/docs/static/swagger-ui.css';
  const first = await app.inject(css);
  t.match(first, { statusCode: 200, headers: { etag: /.+/, 'content-security-policy': /default-src 'none'/ } });
  const again = await app.inject({ url: css, headers: { 'if-none-match': String(first.headers.etag) } });
  t.match(again, { statusCode: 304, body: '' });
  t.equal((await app.inject({ url: css, headers: { 'if-none-match': '"old"' } })).body, first.body);
  t.match(await app.inject({ method: 'HEAD', url: css }), {
    statusCode: 200,
    body: '',
    headers: { 'content-length': first.headers['content-length'] },
  });
  for (const url of ['/docs/nothing', '/docs/static/%2e%2e/package.json']) {
    t.match((await app.inject(url)).json(), { status: 404, code: 'NOT_FOUND' }, url);
  }
  for (let spelling = 0; spelling < 40; spelling += 1) {
    const path = [...'swagger-ui.css'].map((letter, at) => (spelling & (1 << at) ? escaped(letter) : letter)).join('');
    t.equal((await app.inject(`/docs/static/${path}`)).body, first.body, path);
  }
});

function escaped(letter: string): string {
  return `%${letter.charCodeAt(0).toString(16)}`;
}
