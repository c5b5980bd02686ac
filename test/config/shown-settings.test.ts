import t from 'tap';
import { Environment } from '../../src/config/environment.ts';
import { shownSettings } from '../../src/config/shown-settings.ts';

const needed = { AMO_BASE_URL: 'https://example.amocrm.ru', AMO_ACCESS_TOKEN: 'CANARY-token' };

t.test('settings are shown with their defaults, secrets only as set', async (t) => {
  const shown = shownSettings({ ...needed, API_KEYS_FILE: '/run/secrets/CANARY', AMO_RATE_LIMIT: '5' });
  t.match(shown, {
    AMO_BASE_URL: 'https://example.amocrm.ru',
    AMO_ACCESS_TOKEN: 'set',
    API_KEYS: 'set (file)',
    AMO_RATE_LIMIT: 5,
    AMO_BATCH_SIZE: 50,
    LOG_LEVEL: 'info',
  });
  t.notMatch(JSON.stringify(shown), 'CANARY');
});

t.test('no setting that can hold a secret shows it', async (t) => {
  const secrets = Object.keys(Environment.properties).filter((name) => /TOKEN|KEY|SECRET|CODE/.test(name));
  t.ok(secrets.length >= 4);
  const env = Object.fromEntries(secrets.map((name) => [name, 'CANARY-0123456789abcdef']));
  t.notMatch(JSON.stringify(shownSettings({ ...needed, ...env })), 'CANARY');
});
