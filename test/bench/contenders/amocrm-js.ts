import https from 'node:https';
import { connect } from 'node:net';
import { Client } from 'amocrm-js';
import { fulfil } from './contender.ts';

await fulfil(({ url, token }) => {
  // This client always speaks https to port 443, by Node's global agent. The agent, with Node's own settings for it,
  // opens plain connections to the sandbox instead; what goes over them is the client's own.
  class PlainAgent extends https.Agent {
    override createConnection() {
      return connect(Number(new URL(url).port), '127.0.0.1');
    }
  }
  https.globalAgent = new PlainAgent({ keepAlive: true, scheduling: 'lifo', timeout: 5000 });
  const auth = { bearer: token, client_id: '', client_secret: '', redirect_uri: '' };
  const client = new Client({ domain: 'sandbox.amocrm.ru', auth });
  return {
    async create(name) {
      const [contact] = await client.contacts.create([{ name }]);
      return contact?.id;
    },
    async find(query) {
      const [contact] = (await client.contacts.get({ query })).getData();
      return contact?.id;
    },
  };
});
