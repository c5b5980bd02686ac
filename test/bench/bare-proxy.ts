import Fastify from 'fastify';
import ky from 'ky';

// Fastify and ky and nothing else: no validation, limit, batch, retry or log; one call for each request.
const [amo = '', token = ''] = process.argv.slice(2);
const app = Fastify();

app.post('/contacts', async (request, reply) => {
  const response = await ky.post(`${amo}/api/v4/contacts`, {
    json: [request.body],
    headers: { authorization: `Bearer ${token}` },
    retry: 0,
    throwHttpErrors: false,
  });
  return reply.status(response.status).send(await response.json());
});

process.stdout.write(`listening on ${await app.listen({ host: '127.0.0.1', port: 0 })}\n`);
