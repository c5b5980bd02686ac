import { selectSteps } from '../mcp/selection.ts';
import { steps } from '../steps/index.ts';
import { SettingError } from './setting-error.ts';

/** The types of the steps that MCP_STEPS names. Throws SettingError for a word that is neither a step type nor a group. */
export function parseMcpSteps(text: string | undefined): string[] {
  try {
    return selectSteps(steps, text).map(({ type }) => type);
  } catch (error) {
    throw new SettingError(`MCP_STEPS: ${error instanceof Error ? error.message : String(error)}`);
  }
}
