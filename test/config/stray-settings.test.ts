import t from 'tap';
import { Environment } from '../../src/config/environment.ts';
import { straySettings } from '../../src/config/stray-settings.ts';

t.test('a misspelt setting is told with the one that was meant', async (t) => {
  for (const [name, near] of [
    ['AMO_RATELIMIT', 'AMO_RATE_LIMIT'],
    ['AMO_RATE_LIMITS', 'AMO_RATE_LIMIT'],
    ['AMO_TOKEN', 'AMO_ACCESS_TOKEN'],
    ['amo_base_url', 'AMO_BASE_URL'],
    ['API_KEY', 'API_KEYS'],
    ['API_KEYS_FILES', 'API_KEYS_FILE'],
    ['ALLOWED_HOST', 'ALLOWED_HOSTS'],
    ['ALLOW_ANONYMUS', 'ALLOW_ANONYMOUS'],
    ['LOGLEVEL', 'LOG_LEVEL'],
    ['DATADIR', 'DATA_DIR'],
    ['HOSTS', 'HOST'],
  ] as const) {
    t.strictSame(straySettings({ [name]: 'x' }), [{ name, near }]);
  }
  t.strictSame(straySettings({ AMO_QWERTYUIOPASDFGHJKLZXCVBNM: 'x' }), [
    { name: 'AMO_QWERTYUIOPASDFGHJKLZXCVBNM', near: undefined },
  ]);
});

t.test('settings, and what other programs have, are not', async (t) => {
  const others =
    'HOME HOSTNAME PATH PWD SHELL USER LANG TERM NODE_ENV NODE_OPTIONS TZ npm_config_cache AMOCRM_STEPS_PORT';
  const names = [...Object.keys(Environment.properties), ...others.split(' ')];
  t.strictSame(straySettings(Object.fromEntries(names.map((name) => [name, 'x']))), []);
});
