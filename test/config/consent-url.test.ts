import t from 'tap';
import { consentUrl } from '../../src/config/consent-url.ts';

t.test('each domain has its site, and any other host is asked itself', async (t) => {
  for (const [baseUrl, site] of [
    ['https://studio.amocrm.ru', 'https://www.amocrm.ru'],
    ['https://studio.kommo.com', 'https://www.kommo.com'],
    ['https://studio.amocrm.com', 'https://www.kommo.com'],
    ['https://amocrm.ru.example.com', 'https://amocrm.ru.example.com'],
    ['http://127.0.0.1:8081', 'http://127.0.0.1:8081'],
  ] as const) {
    const { origin, pathname, searchParams } = new URL(consentUrl({ baseUrl, clientId: 'a&b', state: 's=1' }));
    t.strictSame([origin, pathname], [site, '/oauth']);
    t.strictSame(Object.fromEntries(searchParams), { client_id: 'a&b', state: 's=1', mode: 'post_message' });
  }
});
