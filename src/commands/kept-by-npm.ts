/**
 * The value of a flag that stood without "--" before it: npm 11 keeps it for itself, and tells of it in the environment. Not
 * of one that begins a name of npm’s own settings, such as `--to`.
 */
export function keptByNpm(flag: string): string | undefined {
  return process.env[`npm_config_${flag}`];
}
