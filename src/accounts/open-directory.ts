import type { Registry } from '@prometheus-io/client';
import type { FastifyBaseLogger } from 'fastify';
import type { DirectoryOptions } from '../amocrm/service.ts';
import type { Config } from '../config/config.ts';
import { openContactIndex } from '../store/sqlite/contact-index-file.ts';
import { countDirectory } from '../telemetry/count-directory.ts';
import { logDirectory } from '../telemetry/log-amocrm.ts';

/** The contact directory of one account; undefined where it is switched off or no file can be made. */
export function openDirectory(
  { directory, dataDir, amo }: Config,
  registry: Registry,
  log: FastifyBaseLogger,
): DirectoryOptions | undefined {
  const observer = logDirectory(countDirectory(registry), log);
  if (directory === undefined) return undefined;
  try {
    const onUnusable = (reason: string) => observer.onLost(new Error(`directory.db: ${reason}`));
    const index = openContactIndex({ directory: dataDir, account: amo.baseUrl, onUnusable });
    return { ...directory, index, observer };
  } catch (error) {
    observer.onLost(error);
    return undefined;
  }
}
