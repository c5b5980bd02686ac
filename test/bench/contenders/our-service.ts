import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { fulfil } from './contender.ts';

// Not a client of amoCRM but of the service: each create is one step over HTTP. Node's own HTTP client, because `fetch`
// would take longer to send a thousand requests than the service to take them in.
await fulfil(({ url }) => {
  const agent = new Agent({ keepAlive: true });
  const headers = { 'content-type': 'application/json' };
  return {
    async create(name) {
      const { promise, resolve, reject } = Promise.withResolvers<{ status: number | undefined; body: string }>();
      request(`${url}/steps/amocrm_create_contact`, { method: 'POST', agent, headers }, (response) => {
        text(response).then((body) => resolve({ status: response.statusCode, body }), reject);
      })
        .on('error', reject)
        .end(JSON.stringify({ params: { name } }));
      const { status, body } = await promise;
      const answer = JSON.parse(body);
      if (status !== 200) throw new Error(`${status} ${answer.code}`);
      return answer.result.contact_id;
    },
  };
});
