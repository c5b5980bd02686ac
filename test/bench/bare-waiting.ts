import Fastify from 'fastify';

// Fastify whose requests wait until they are let go: what each of them costs when there is nothing but HTTP.
const app = Fastify();
let letGo = () => {};
const gone = new Promise<void>((resolve) => {
  letGo = resolve;
});

app.post('/contacts', async ({ body }) => {
  await gone;
  return body;
});
app.post('/go', async () => letGo());

process.stdout.write(`listening on ${await app.listen({ host: '127.0.0.1', port: 0 })}\n`);
