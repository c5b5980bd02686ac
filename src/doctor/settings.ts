import { settingWords } from '../messages/doctor.ts';
import { type Finding, ok, warn } from './check.ts';

/** A variable that looks like a setting and that nobody reads. */
export interface Stray {
  name: string;
  /** The setting that was probably meant. */
  near: string | undefined;
}

export function checkSettings(strays: readonly Stray[]): Finding {
  if (strays.length === 0) return ok(settingWords.none);
  const names = strays.map(({ name, near }) => (near === undefined ? name : `${name} (${near}?)`));
  return warn(settingWords.stray(names.join(', ')), settingWords.rename);
}
