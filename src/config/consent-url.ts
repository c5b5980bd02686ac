/** The site that asks people for access to accounts on a domain. */
const sites = [
  ['amocrm.ru', 'https://www.amocrm.ru'],
  ['amocrm.com', 'https://www.kommo.com'],
  ['kommo.com', 'https://www.kommo.com'],
] as const;

export interface ConsentAsked {
  /** Origin of the account. */
  baseUrl: string;
  clientId: string;
  /** What amoCRM gives back with the code. */
  state: string;
}

/**
 * The page of amoCRM where an administrator allows an integration the access. With `post_message` the answer comes to the
 * same window. Source: developers' reference, OAuth step by step.
 */
export function consentUrl({ baseUrl, clientId, state }: ConsentAsked): string {
  const { hostname, origin } = new URL(baseUrl);
  const [, site] = sites.find(([domain]) => hostname.endsWith(`.${domain}`)) ?? [];
  return `${site ?? origin}/oauth?${new URLSearchParams({ client_id: clientId, state, mode: 'post_message' })}`;
}
