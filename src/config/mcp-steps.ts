import { groupWords, selectSteps, strayWord } from '../mcp/selection.ts';
import { settingMessages } from '../messages/settings.ts';
import { steps } from '../steps/index.ts';
import { SettingError } from './setting-error.ts';

/** The types of the steps that MCP_STEPS names. Throws SettingError for a word that is neither a step type nor a group. */
export function parseMcpSteps(text: string | undefined): string[] {
  const stray = strayWord(steps, text);
  if (stray !== undefined) throw new SettingError(settingMessages.strayStep(stray, groupWords.join(', ')));
  return selectSteps(steps, text).map(({ type }) => type);
}
