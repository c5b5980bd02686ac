import { statfsSync } from 'node:fs';

/** The share of the disk of a directory that the service may still fill, 0 to 1. */
export function freeShareOf(directory: string): number {
  const { blocks, bavail } = statfsSync(directory);
  return Math.round((bavail / blocks) * 10_000) / 10_000;
}
