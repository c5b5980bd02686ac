/** The value of a flag that stood before "--": npm keeps it for itself, and tells of it in the environment. */
export function keptByNpm(flag: string): string | undefined {
  return process.env[`npm_config_${flag}`];
}
