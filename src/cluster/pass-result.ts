/**
 * What becomes of a request that is passed on: the owner's answer was given, none could be reached until the deadline, or the
 * owner broke off in the middle of a write without a key.
 */
export const passResults = ['answered', 'refused', 'unknown'] as const;
export type PassResult = (typeof passResults)[number];
