import { nameMessages } from '../../messages/names.ts';
import { cut } from '../../text/names.ts';
import type { NameTools } from './directories.ts';
import { unsorted } from './pipelines.ts';
import { isFault, type Resolved } from './resolve.ts';

/**
 * The status that a name came to, or a fault where it is «Неразобранное»: amoCRM alone puts leads there, and refuses the
 * id without saying why. A lead that stands there (`own`) may name it. Errors: those of reads.
 */
export async function notUnsorted(tools: NameTools, resolved: Resolved, own: number | undefined): Promise<Resolved> {
  if (resolved === undefined || isFault(resolved) || resolved.id === own) return resolved;
  const statuses = await tools.directories.statuses.list(tools.operation);
  const status = statuses.find(({ id }) => id === resolved.id);
  if (status?.type !== unsorted) return resolved;
  const stage = status.pipeline._embedded.statuses.find(({ type }) => type !== unsorted);
  const name = cut(status.name);
  const { unsorted: alone, unsortedSuch } = nameMessages;
  const message = stage === undefined ? alone(name) : unsortedSuch(name, cut(stage.name));
  return { path: resolved.path, message, code: 'INVALID_REQUEST' };
}
