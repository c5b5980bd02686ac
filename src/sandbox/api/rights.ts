import { type Answer, html, problem } from '../http/answer.ts';
import type { Role, Settings } from '../options.ts';

interface Right {
  path: RegExp;
  /** Absent: every method. */
  methods?: readonly string[];
  /** Who lacks it. */
  without: readonly Role[];
}

const WRITES = ['POST', 'PATCH', 'PUT', 'DELETE'];

/**
 * What is kept for administrators, and from integrations outside the account:
 * https://www.amocrm.ru/developers/content/oauth/scopes and the pages of the methods.
 */
const RIGHTS: Right[] = [
  { path: /^\/api\/v4\/users(\/|$)/, without: ['user', 'external'] },
  { path: /^\/api\/v4\/roles(\/|$)/, without: ['user', 'external'] },
  { path: /^\/api\/v4\/leads\/pipelines(\/|$)/, methods: WRITES, without: ['user'] },
  { path: /^\/api\/v4\/leads\/loss_reasons(\/|$)/, methods: WRITES, without: ['user'] },
  { path: /\/custom_fields(\/|$)/, methods: WRITES, without: ['user'] },
  { path: /^\/api\/v4\/webhooks$/, without: ['user'] },
  { path: /^\/api\/v4\/widgets\/[^/]+$/, methods: WRITES, without: ['user'] },
];

/** The refusal of whatever is about customers where the account has none; of 425 and 426 the place is not documented. */
export function withoutCustomers({ customers }: Settings, path: string): Answer | undefined {
  if (customers === 'on' || !/^\/api\/v4\/customers(\/|$)/.test(path)) return undefined;
  if (customers === 'unpaid') return problem(402, 'Payment required');
  const code = customers === 'off' ? 426 : 425;
  const detail = `Код ошибки ${code}. В случае повторного возникновения ошибки, обращайтесь в нашу техническую поддержку`;
  return problem(400, `${detail} - support@amocrm.ru`);
}

/** The refusal where the token's owner has no right to it. "Invalid scope" was seen live; HTML is what a gateway says. */
export function refusedRight({ role, forbidden }: Settings, method: string, path: string): Answer | undefined {
  const isMissing = RIGHTS.some(
    (right) => right.path.test(path) && (right.methods?.includes(method) ?? true) && right.without.includes(role),
  );
  if (!isMissing) return undefined;
  return forbidden === 'html' ? html(403) : problem(403, 'Invalid scope');
}
