import t from 'tap';
import { open } from './open.ts';

const USERS = ['GET', '/api/v4/users'] as const;
const PIPELINES = ['POST', '/api/v4/leads/pipelines'] as const;
const FIELDS = ['POST', '/api/v4/leads/custom_fields'] as const;
const FIELD = [{ name: 'Размер', type: 'text' }];

t.test('an ordinary user and an outside integration lack the rights of an administrator', async (t) => {
  const { call, sandbox } = await open(t, { role: 'user' });
  const status = async ([method, path]: readonly [string, string], body?: unknown) =>
    (await call(method, path, body)).status;
  t.strictSame([await status(USERS), await status(PIPELINES, []), await status(FIELDS, FIELD)], [403, 403, 403]);
  t.match(await call(...USERS), {
    type: 'application/problem+json',
    json: { title: 'Forbidden', status: 403, detail: 'Invalid scope' },
  });
  t.equal(await status(['GET', '/api/v4/users/8000001']), 403);
  t.equal(await status(['GET', '/api/v4/leads/pipelines']), 200);
  t.equal(await status(['GET', '/api/v4/leads/custom_fields']), 200);
  t.equal(await status(['GET', '/api/v4/account']), 200);
  sandbox.settings.role = 'external';
  t.strictSame([await status(USERS), await status(FIELDS, FIELD)], [403, 201]);
  sandbox.settings.role = 'admin';
  t.strictSame([await status(USERS), await status(FIELDS, FIELD)], [200, 201]);
});

t.test('a missing right can be refused as a gateway does it', async (t) => {
  const { call } = await open(t, { role: 'user', forbidden: 'html' });
  t.match(await call(...USERS), { status: 403, type: /^text\/html/, text: /403 Forbidden/ });
});

const NOT_BUILT: [method: string, path: string][] = [
  ['POST', '/api/v4/roles'],
  ['PATCH', '/api/v4/customers/statuses/5'],
  ['POST', '/api/v4/leads/unsorted/aa40d2/link'],
  ['PUT', '/api/v4/leads/67890/files'],
  ['DELETE', '/api/v4/widgets/my_widget'],
  ['POST', '/api/v4/short_links'],
];

t.test('what amoCRM has and the sandbox has not is said in words of its own', async (t) => {
  const { call } = await open(t);
  for (const [method, path] of NOT_BUILT) {
    const { status, json } = await call(method, path, method === 'GET' ? undefined : {});
    t.strictSame([status, json.detail], [501, `amoCRM has ${method} ${path}; this sandbox does not`]);
  }
  t.equal((await call('POST', '/api/v4/leads/pipelines/1', {})).status, 405, 'a method that amoCRM has not');
  t.equal((await call('GET', '/api/v4/leads/unsorted/a/b')).status, 404, 'a path that amoCRM has not');
});

t.test('an account may have no customers, for one of three reasons', async (t) => {
  const { call, sandbox } = await open(t, { customers: 'unpaid' });
  const asked = async () => {
    const { status, json } = await call('GET', '/api/v4/customers/98001');
    return [status, json?.detail];
  };
  const mode = async () => (await call('GET', '/api/v4/account')).json.customers_mode;
  t.strictSame([await asked(), await mode()], [[402, 'Payment required'], 'unavailable']);
  sandbox.settings.customers = 'off';
  t.match([await asked(), await mode()], [[400, /^Код ошибки 426\./], 'disabled']);
  sandbox.settings.customers = 'unavailable';
  t.match(await asked(), [400, /^Код ошибки 425\./]);
  t.equal((await call('GET', '/api/v4/contacts/12345')).status, 200);
  sandbox.settings.customers = 'on';
  t.match([await asked(), await mode()], [[200, undefined], 'segments']);
});
