import { Amo } from '@shevernitskiy/amo';
import { fulfil } from './contender.ts';

const domain = 'sandbox.amocrm.ru';
const hourMs = 3_600_000;

await fulfil(({ url, token }) => {
  // This client builds https://<domain>/… for the global fetch; only that origin is exchanged for the sandbox's.
  const usual = globalThis.fetch;
  globalThis.fetch = (target, init) => usual(String(target).replace(`https://${domain}`, url), init);
  // A token that is there already: the exchange of a code is not what is compared. The rest is as the client has it.
  const amo = new Amo(domain, {
    client_id: '',
    client_secret: '',
    redirect_uri: '',
    token_type: 'Bearer',
    access_token: token,
    refresh_token: '-',
    expires_in: hourMs / 1000,
    expires_at: Date.now() + hourMs,
  });
  return {
    create: async (name) => (await amo.contact.addContacts([{ name }]))._embedded.contacts[0]?.id,
    find: async (query) => (await amo.contact.getContacts({ query }))._embedded.contacts[0]?.id,
  };
});
