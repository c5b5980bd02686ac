import type { FastifyBaseLogger } from 'fastify';
import type { DirectoryObserver } from '../amocrm/contact-directory/observer.ts';
import type { DirectoryOptions } from '../amocrm/service.ts';
import { contactIndexFile, openContactIndex } from '../store/sqlite/contact-index-file.ts';
import { logDirectory } from '../telemetry/log-amocrm.ts';
import type { Shared } from './open-shared.ts';

/**
 * The contact directory of one account; undefined where it is switched off or no file can be made. `onMended` gets the number
 * of contacts that its weekly scan found to differ from what it had.
 */
export function openDirectory(
  { config: { directory, dataDir }, directoryObserver }: Shared,
  { fileId, baseUrl, log }: { fileId: string | undefined; baseUrl: string; log: FastifyBaseLogger },
  onMended: (contacts: number) => void,
): DirectoryOptions | undefined {
  if (directory === undefined) return undefined;
  const logged = logDirectory(directoryObserver, log);
  const observer: DirectoryObserver = {
    ...logged,
    onMended(what, contacts) {
      onMended(contacts);
      logged.onMended(what, contacts);
    },
  };
  try {
    const onUnusable = (reason: string) => observer.onLost(new Error(`directory.db: ${reason}`));
    const file = contactIndexFile(dataDir, fileId);
    return { ...directory, index: openContactIndex({ file, account: baseUrl, onUnusable }), observer };
  } catch (error) {
    observer.onLost(error);
    return undefined;
  }
}
