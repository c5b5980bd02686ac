import t from 'tap';
import { factsOf } from '../../../src/amocrm/entities/call-facts.ts';

const admin = 'an administrator’s token';
const rights: [method: string, path: string, right: string | undefined][] = [
  ['GET', 'users', `${admin} of an integration that is not external`],
  ['GET', 'users/12', `${admin} of an integration that is not external`],
  ['POST', 'leads/pipelines', admin],
  ['PATCH', 'leads/pipelines/1/statuses/2', admin],
  ['POST', 'catalogs/5/custom_fields', admin],
  ['PATCH', 'contacts/custom_fields', admin],
  ['GET', 'webhooks', admin],
  ['DELETE', 'webhooks', admin],
  ['POST', 'widgets/some_code', admin],
  ['GET', 'catalogs/5/elements', 'the right to lists'],
  ['PUT', 'leads/7/files', 'the scope “Доступ к файлам”'],
  ['GET', 'widgets', undefined],
  ['GET', 'leads/pipelines', undefined],
  ['GET', 'leads/custom_fields', undefined],
  ['POST', 'leads', undefined],
];

for (const [method, path, right] of rights) {
  t.test(`${method} ${path} needs ${right ?? 'no right of its own'}`, async (t) => {
    t.equal(factsOf({ method, path: `/api/v4/${path}` }).right?.en, right);
  });
}

t.test('ids, codes and names are not in the shape of a path', async (t) => {
  const shapes: Record<string, string> = {
    '/api/v4/leads/unsorted/3c1e-af/accept': '/api/v4/leads/unsorted/{id}/accept',
    '/api/v4/widgets/my_widget': '/api/v4/widgets/{id}',
    '/api/v4/leads/pipelines/1/statuses/142': '/api/v4/leads/pipelines/{id}/statuses/{id}',
    '/v1.0/sessions/upload/eyJhbGciOiJIUzI1NiJ9.secret': '/v1.0/sessions/upload/{id}',
    '/api/v2/salesbot/run': '/api/v2/salesbot/run',
  };
  for (const [path, shape] of Object.entries(shapes)) t.equal(factsOf({ method: 'POST', path }).shape, shape);
});

t.test('what is about customers may be switched off', async (t) => {
  for (const path of ['customers', 'customers/5', 'customers/custom_fields']) {
    t.equal(factsOf({ method: 'GET', path: `/api/v4/${path}` }).feature?.en, 'customers');
  }
  t.equal(factsOf({ method: 'GET', path: '/api/v4/leads' }).feature?.en, undefined);
});
