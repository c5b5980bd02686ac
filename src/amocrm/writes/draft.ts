import type { ErrorCode } from '../../problems/catalogue.ts';
import type { Path } from '../../problems/problem.ts';
import type { WriteBody } from '../operation/write-log.ts';

/** What is to be written, in amoCRM's form, with the origin of each part. */
export interface Draft {
  body: WriteBody;
  origins: Origin[];
}

/** The origin of the id in the path itself, for what is written at a path of its own. */
export const atPath = '/';

/** Says which of the caller's params a part of the body comes from. */
export interface Origin {
  /** amoCRM's dotted path from the item on, e.g. `custom_fields_values.0`; or `atPath`. */
  at: string;
  path: Path;
  /** The code of the failure when amoCRM refuses this part; by default AMOCRM_REJECTED. */
  code?: ErrorCode;
}

/** Copies plain attributes whose names are the same for the caller and amoCRM. */
export function setAttributes<K extends string>(
  draft: Draft,
  values: Partial<Record<K, unknown>>,
  names: readonly K[],
  pathOf: (name: K) => Path,
): void {
  for (const name of names) {
    if (values[name] === undefined) continue;
    draft.body[name] = values[name];
    draft.origins.push({ at: name, path: pathOf(name) });
  }
}

/** Adds what belongs to the entity (tags, linked entities), one for each path. */
export function embed(
  draft: Draft,
  name: string,
  items: readonly { item: unknown; path: Path; code?: ErrorCode }[],
): void {
  if (items.length === 0) return;
  draft.body._embedded = { ...draft.body._embedded, [name]: items.map(({ item }) => item) };
  for (const [index, { path, code }] of items.entries()) {
    draft.origins.push({ at: `_embedded.${name}.${index}`, path, ...(code === undefined ? {} : { code }) });
  }
}

/** Adds a new entity that is made together with the one of the draft. */
export function embedNew(draft: Draft, name: string, { body, origins }: Draft): void {
  draft.body._embedded = { ...draft.body._embedded, [name]: [body] };
  draft.origins.push(...origins.map((origin) => ({ ...origin, at: `_embedded.${name}.0.${origin.at}` })));
}

/** The origin of the longest leading part of amoCRM's path. */
export function originOf(at: string, origins: readonly Origin[]): Origin | undefined {
  const covering = origins.filter((origin) => at === origin.at || at.startsWith(`${origin.at}.`));
  return covering.sort((a, b) => b.at.length - a.at.length)[0];
}
