import { fulfil } from './contender.ts';

// Not a client of amoCRM but of the service: each create is one step over HTTP.
await fulfil(({ url }) => async (name) => {
  const response = await fetch(`${url}/steps/amocrm_create_contact`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ params: { name } }),
  });
  const answer = JSON.parse(await response.text());
  if (!response.ok) throw new Error(`${response.status} ${answer.code}`);
  return answer.result.contact_id;
});
