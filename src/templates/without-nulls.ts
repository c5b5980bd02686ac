/**
 * What a template inserts, without the members that are null: a template never yields null, which would clear what the
 * CRM holds. Null in a list stays, and is refused where values are due. The value itself is unchanged.
 */
export function withoutNulls(value: unknown): unknown {
  return holdsNull(value) ? copy(value) : value;
}

function holdsNull(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const isList = Array.isArray(value);
  return Object.values(value).some((part) => (part === null ? !isList : holdsNull(part)));
}

function copy(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copy);
  const kept: [string, unknown][] = [];
  for (const [key, part] of Object.entries(value)) if (part !== null) kept.push([key, copy(part)]);
  return Object.fromEntries(kept);
}
