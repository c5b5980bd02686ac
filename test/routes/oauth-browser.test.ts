import { request as ask, createServer } from 'node:http';
import t from 'tap';
import { chromiumPath, openBrowser } from '../fixtures/browser.ts';
import { openIntegration } from '../fixtures/oauth.ts';
import { needs } from '../fixtures/programs.ts';

const timeout = 180_000;
t.setTimeout(timeout);

/** A proxy under a path of its own, as in front of a service with a public name. Its address is known before the service's. */
async function openProxy(t: { teardown(close: () => void): void }) {
  let service = '';
  const server = createServer((request, response) => {
    const path = request.url?.replace(/^\/amo/, '') ?? '/';
    const { method, headers } = request;
    const passed = ask(service + path, { method: method ?? 'GET', headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    request.pipe(passed);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy got no port');
  return {
    url: `http://127.0.0.1:${address.port}/amo`,
    lead(to: string) {
      service = to;
    },
  };
}

t.test('in a browser, without scripts', { ...needs('chromium', chromiumPath), timeout }, async (t) => {
  const key = 'a-key-typed-by-hand';
  const proxy = await openProxy(t);
  const redirectUri = `${proxy.url}/oauth/callback`;
  const { start, exchanges } = await openIntegration(t, { sandbox: { redirectUri } });
  const { app, step } = await start({ API_KEYS: `operator=${key}` });
  proxy.lead(await app.listen({ host: '127.0.0.1', port: 0 }));
  const browser = await openBrowser();
  t.teardown(() => browser.close());
  const context = await browser.newContext({ locale: 'ru-RU', javaScriptEnabled: false });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (line) => {
    if (['error', 'warning'].includes(line.type())) complaints.push(line.text());
  });
  page.on('requestfailed', (request) => complaints.push(`${request.url()}: ${request.failure()?.errorText}`));

  await page.goto(`${proxy.url}/oauth/start`);
  t.equal(await page.locator('html').getAttribute('lang'), 'ru');
  await page.getByLabel('Ключ этого сервиса').fill('another-key-012345');
  await page.getByRole('button', { name: 'Продолжить' }).click();
  await page.getByRole('alert').getByText('Нужен ключ из настройки API_KEYS').waitFor();
  for (const width of [390, 320]) {
    await page.setViewportSize({ width, height: 844 });
    const box = await page.getByLabel('Ключ этого сервиса').boundingBox();
    t.ok(box && box.x >= 0 && box.x + box.width <= width, `within ${width} px: ${JSON.stringify(box)}`);
    t.equal(await page.evaluate('document.documentElement.scrollWidth'), width, 'nothing to scroll sideways');
  }
  t.match(complaints.splice(0), [/status of 401/]);

  /** From the form to amoCRM's page. */
  async function toConsent() {
    await page.getByLabel('Ключ этого сервиса').fill(key);
    await page.getByRole('button', { name: 'Продолжить' }).click();
    await page.getByRole('link', { name: 'Открыть amoCRM' }).click();
  }

  await toConsent();
  await page.getByRole('button', { name: 'Отказать' }).click();
  await page.getByRole('alert').getByText('В amoCRM доступ не разрешили').waitFor();
  t.match(complaints.splice(0), [/status of 400/]);
  t.equal(exchanges().length, 0);
  await page.getByRole('link', { name: 'Начать заново' }).click();

  await toConsent();
  await page.getByRole('button', { name: 'Разрешить' }).click();
  await page.getByRole('heading', { name: 'Доступ получен' }).waitFor();
  t.equal(exchanges().length, 1);
  const found = await step('amocrm_search', { query: 'Иван' }, { 'x-api-key': key });
  t.equal(found.status, 200);

  await page.reload();
  await page.getByRole('alert').getByText('Этот адрес уже использован').waitFor();
  t.equal(exchanges().length, 1);
  t.match(complaints.splice(0), [/status of 400/]);
  t.strictSame(await context.cookies(), [], 'nothing is left in the browser');
});

t.test(
  'without keys the form asks for nothing, and leads on',
  { ...needs('chromium', chromiumPath), timeout },
  async (t) => {
    const proxy = await openProxy(t);
    const { start } = await openIntegration(t, { sandbox: { redirectUri: `${proxy.url}/oauth/callback` } });
    const { app } = await start({});
    proxy.lead(await app.listen({ host: '127.0.0.1', port: 0 }));
    const browser = await openBrowser();
    t.teardown(() => browser.close());
    const page = await browser.newPage({ locale: 'ru-RU' });
    await page.goto(`${proxy.url}/oauth/start`);
    await page.getByRole('button', { name: 'Продолжить' }).click();
    await page.getByRole('link', { name: 'Открыть amoCRM' }).click();
    await page.getByRole('button', { name: 'Разрешить' }).click();
    await page.getByRole('heading', { name: 'Доступ получен' }).waitFor();
  },
);
