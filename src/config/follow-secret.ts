import { readFile } from 'node:fs/promises';
import type { Clock } from '../clock.ts';
import { settingMessages } from '../messages/settings.ts';
import { checkSecret, type Secret, type SecretName } from './secrets.ts';
import { SettingError } from './setting-error.ts';

export interface FollowOptions {
  clock: Clock;
  /** Called with new contents; a SettingError thrown here keeps the old ones. */
  onChange(text: string): void;
  /** Called once for contents that cannot be used, or a file that cannot be read. */
  onFault(error: SettingError): void;
}

const periodSeconds = 5;

/**
 * Reads a secret's file every 5 s. Watching is not enough: editors and Kubernetes replace the file or its directory.
 * Returns a function that stops it.
 */
export function followSecret(name: SecretName, { file, text }: Secret, options: FollowOptions): () => void {
  if (file === undefined) return () => undefined;
  const { clock, onChange, onFault } = options;
  let last = text;
  let fault = '';
  let isOver = false;
  let cancel = schedule(file);
  return () => {
    isOver = true;
    cancel();
  };

  function schedule(path: string): () => void {
    return clock.after(periodSeconds * clock.second, () => {
      look(path).finally(() => {
        if (!isOver) cancel = schedule(path);
      });
    });
  }

  async function look(path: string): Promise<void> {
    try {
      const found = checkSecret(name, path, await readFile(path, 'utf8'));
      if (found !== last && !isOver) onChange(found);
      last = found;
      fault = '';
    } catch (error) {
      const refusal =
        error instanceof SettingError
          ? error
          : new SettingError(settingMessages.unreadableFile(name, path), { cause: error });
      if (refusal.message !== fault && !isOver) onFault(refusal);
      fault = refusal.message;
    }
  }
}
