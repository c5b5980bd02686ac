import { type Static, type TSchema, Type } from 'typebox';
import { callMessages } from '../../messages/amocrm.ts';
import { Problem } from '../../problems/problem.ts';
import { checkOf } from '../../schemas/check.ts';

/**
 * Checks an answer of amoCRM once, at the boundary. The function that is returned gives the value typed, or throws
 * AMOCRM_ERROR that names what was expected.
 */
export function reader<T extends TSchema>(schema: T, what: string): (json: unknown) => Static<T> {
  const validator = checkOf(schema);
  return (json) => {
    if (validator.accepts(json)) return json;
    const fault = validator.faults(json)[0];
    const { instancePath = '', message = '' } = fault ?? {};
    throw new Problem('AMOCRM_ERROR', callMessages.notThisShape(what, instancePath, message));
  };
}

const NextLink = Type.Object({
  _links: Type.Optional(Type.Object({ next: Type.Optional(Type.Object({ href: Type.String() })) })),
});
const isPage = checkOf(NextLink);

/**
 * The query of the next page, from `_links.next`; undefined on the last page. Only the query is used, so that a link
 * can never send the token to another host.
 */
export function nextQuery(page: unknown): [string, string][] | undefined {
  const href = isPage.accepts(page) ? page._links?.next?.href : undefined;
  const url = href === undefined ? null : URL.parse(href, 'https://amocrm.invalid');
  return url === null ? undefined : [...url.searchParams.entries()];
}
