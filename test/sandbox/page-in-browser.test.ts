import t from 'tap';
import { chromiumPath, openBrowser } from '../fixtures/browser.ts';
import { needs } from '../fixtures/programs.ts';
import { open } from './open.ts';

const timeout = 120_000;
t.setTimeout(timeout);

t.test('in a browser', { ...needs('chromium', chromiumPath), timeout }, async (t) => {
  const browser = await openBrowser();
  t.teardown(() => browser.close());

  async function visit(address: string) {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('console', (line) => complaints.push(line.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.goto(address);
    return { page, complaints };
  }

  t.test(
    'what arrives appears by itself; what is open and the keyboard stay where they are',
    { timeout },
    async (t) => {
      const { sandbox, call } = await open(t);
      await call('POST', '/api/v4/contacts', [{ name: 'Первая' }]);
      const { page, complaints } = await visit(sandbox.url);
      await page.locator('#line-1').press('Enter');
      t.match(await page.locator('#request-1 pre').allInnerTexts(), [/"name": "Первая"/, /"contacts"/]);

      await call('POST', '/api/v4/leads', [{ name: 'Живая <i>сделка</i>' }]);
      await page.locator('article.new h3', { hasText: 'Живая <i>сделка</i>' }).waitFor();
      t.match(await page.locator('nav').textContent(), /Сделки 9 новых: 1/);
      t.ok(await page.locator('#request-1 pre').first().isVisible(), 'still open');
      t.equal(await page.evaluate('document.activeElement.id'), 'line-1');

      const reset = page.getByRole('button', { name: 'Сбросить' });
      page.once('dialog', (question) => question.dismiss());
      await reset.press('Enter');
      t.match(await page.locator('nav').textContent(), /Сделки 9/, 'who says no keeps what is there');
      page.once('dialog', (question) => question.accept());
      await reset.press('Enter');
      await page.locator('nav', { hasText: 'Запросы 0' }).waitFor();
      t.equal(await page.locator('mark').count(), 0);
      t.strictSame(complaints, [], 'its policy forbids nothing that it does');

      await sandbox.close();
      await page.getByRole('status').filter({ hasText: 'не отвечает' }).waitFor();
    },
  );

  t.test('nothing of it is wider than the window', { timeout }, async (t) => {
    const { sandbox, call } = await open(t);
    const long = 'Оченьдлинноеназваниебезпробелов'.repeat(8);
    await call('POST', '/api/v4/leads', [{ name: long, price: 1e12, _embedded: { tags: [{ name: long }] } }]);
    await call('POST', '/api/v4/contacts', [
      { name: long, custom_fields_values: [{ field_id: 123461, values: [{ value: `https://${long}/${long}` }] }] },
    ]);
    await call('POST', '/api/v4/leads/67890/notes', [{ note_type: 'common', params: { text: long } }]);
    await call('GET', `/api/v4/leads?query=${long}&filter[name]=${long}`);
    sandbox.linkDocs('http://127.0.0.1:8080/docs');
    const { page } = await visit(sandbox.url);
    for (const line of await page.locator('summary').all()) await line.press('Enter');
    for (const width of [1280, 390, 360, 320]) {
      await page.setViewportSize({ width, height: 800 });
      t.equal(await page.evaluate('document.documentElement.scrollWidth'), width);
      const title = await page.locator('h1').boundingBox();
      t.ok((title?.width ?? 0) > 200, `the title has ${title?.width} px of ${width}`);
      t.strictSame(await page.evaluate(tornLabels), [], 'no label is torn within a word');
    }
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    t.test(`it can be read, ${colorScheme}`, { timeout }, async (t) => {
      const { sandbox, call } = await open(t);
      await call('PATCH', '/api/v4/leads', [{ id: 67890, price: 1, tags_to_add: [{ name: 'новый' }] }]);
      await call('POST', '/api/v4/leads', [{ nome: 1 }]);
      const { page } = await visit(sandbox.url);
      await page.emulateMedia({ colorScheme });
      t.strictSame(await page.evaluate(headings), ['H1', 'H2', 'H3']);
      for (const what of [
        'h1',
        'dt',
        'dd',
        '.number',
        'mark.changed',
        '.tags span',
        'nav a',
        'button',
        '.path',
        '.good',
        '.bad',
      ]) {
        const ratio = Number(await page.evaluate(contrastOf(what)));
        t.ok(ratio >= 4.5, `${what}: ${ratio.toFixed(1)}`);
      }
    });
  }
});

// What runs in the page is text: these files are checked without the types of a browser.

const headings = "[...document.querySelectorAll('h1, h2, h3')].slice(0, 3).map((heading) => heading.tagName)";

const tornLabels = `[...document.querySelectorAll('dt')]
  .filter(({ firstChild: text }) => [...text.data.matchAll(/\\S+/g)].some(({ index, 0: word }) => {
    const range = document.createRange();
    range.setStart(text, index);
    range.setEnd(text, index + word.length);
    return new Set([...range.getClientRects()].map(({ top }) => top)).size > 1;
  }))
  .map((label) => label.textContent)`;

/** The contrast between the text of the first such element and what is behind it, by WCAG 2. */
const contrastOf = (selector: string) => `(() => {
  const element = document.querySelector('${selector}');
  const parts = (color) => color.match(/[\\d.]+/g).map(Number);
  let behind = element;
  while (parts(getComputedStyle(behind).backgroundColor)[3] === 0) behind = behind.parentElement;
  const light = (color) => {
    const [r, g, b] = parts(color).map((part) => part / 255).map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
  };
  const [a, b] = [getComputedStyle(element).color, getComputedStyle(behind).backgroundColor].map(light);
  return Math.max(a, b) / Math.min(a, b);
})()`;
