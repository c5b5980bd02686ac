import { ACCOUNT } from '../seed/account.ts';
import { jwt } from './jwt.ts';

export const CLIENT_ID = '5a4db0c5-c11e-4000-8000-000000000001';
export const CLIENT_SECRET = 'sandbox-client-secret-not-a-secret';
/** Where the service that is started beside it takes the code. */
export const REDIRECT_URI = 'http://127.0.0.1:8080/oauth/callback';

/** The long-lived token of a sandbox that is given none: the same in every one, and no secret. */
export const SANDBOX_TOKEN = jwt(
  {
    clientId: CLIENT_ID,
    accountId: ACCOUNT.id,
    userId: ACCOUNT.current_user_id,
    host: `${ACCOUNT.subdomain}.amocrm.ru`,
    id: 'sandbox-long-lived-token-not-a-secret',
    issued: ACCOUNT.created_at,
    expires: Date.UTC(2100, 0, 1) / 1000,
  },
  CLIENT_SECRET,
);
