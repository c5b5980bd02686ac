import { environmentOptions } from './environment.ts';
import { startSandbox } from './sandbox.ts';

const sandbox = await startSandbox({ ...environmentOptions(process.env), idsByClock: true });
const { clientId, clientSecret, redirectUri } = sandbox.oauth;
process.stdout.write(`amoCRM sandbox on ${sandbox.url} (token ${sandbox.token})

For OAuth in place of the token, start the service with these, without the last one to give access in a browser
(at /oauth/start of the service); the code is good for 20 minutes and one start:

  AMO_BASE_URL=${sandbox.url}
  AMO_CLIENT_ID=${clientId}
  AMO_CLIENT_SECRET=${clientSecret}
  AMO_REDIRECT_URI=${redirectUri}
  AMO_AUTH_CODE=${sandbox.oauth.authCode()}

Another redirect address: SANDBOX_REDIRECT_URI=http://… npm run sandbox
Another code: curl -X POST ${sandbox.url}/_sandbox/oauth/code
Revoke tokens: curl -X POST ${sandbox.url}/_sandbox/oauth/revoke -d '{"what": "access"}' (or "all")
`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => sandbox.close());
}
