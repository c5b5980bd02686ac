import type { NameTools } from './directories.ts';
import { ownPath, type PathOf, type Resolved, resolveName } from './resolve.ts';

export interface ResponsibleUser {
  responsible_user?: string;
  responsible_user_id?: number;
}

/** Who is to be responsible: a user's e-mail or name, or an id. Errors: those of reads, AMOCRM_FORBIDDEN. */
export function responsibleUserOf(
  tools: NameTools,
  params: ResponsibleUser,
  pathOf: PathOf = ownPath,
): Promise<Resolved> {
  const { responsible_user: name, responsible_user_id: id } = params;
  return resolveName(tools, tools.directories.users, { name, id, key: 'responsible_user', pathOf });
}
