import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import t from 'tap';
import { createClient } from '../../../src/amocrm/client/client.ts';
import { kindOf } from '../../../src/amocrm/client/kind-of.ts';
import { factsOf } from '../../../src/amocrm/entities/call-facts.ts';
import { readEntityList } from '../../../src/amocrm/shapes/entities.ts';
import { systemClock } from '../../../src/clock.ts';

t.test('an answer that does not end is given up', async (t) => {
  const chunk = Buffer.alloc(1 << 20, ' ');
  let sent = 0;
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json');
    const go = () => {
      while (response.write(chunk)) sent += 1;
      response.once('drain', go);
    };
    go();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.closeAllConnections());
  t.teardown(() => server.close());
  const { port } = server.address() as AddressInfo;
  const send = createClient({ baseUrl: `http://127.0.0.1:${port}`, timeoutMs: 60_000, clock: systemClock, factsOf });
  const outcome = await send({ method: 'GET', path: '/api/v4/contacts' });
  t.equal(kindOf(outcome), 'useless');
  t.ok(sent < 64, `${sent} MiB`);
});

t.test('an entity with null where amoCRM documents a value does not make its page unreadable', async (t) => {
  const strange = { id: 1, responsible_user_id: null, created_at: null, created_by: null, is_deleted: null };
  t.match(readEntityList({ _embedded: { contacts: [strange, { id: 2 }] } }, 'contacts'), [{ id: 1 }, { id: 2 }]);
});

t.test('of a strange entity the sound members count, and one without an id is left out', async (t) => {
  const fields = [
    { field_id: 1, values: null },
    { field_id: 2, values: [{ value: 'x' }] },
  ];
  const strange = { id: 1, name: 'Анна', _embedded: [], custom_fields_values: fields };
  const read = readEntityList({ _embedded: { contacts: [strange, { id: null }, 'x', { id: 2 }] } }, 'contacts');
  t.strictSame(
    read.map((entity) => ({ ...entity })),
    [{ id: 1, name: 'Анна', custom_fields_values: [{ field_id: 2, values: [{ value: 'x' }] }] }, { id: 2 }],
  );
});
