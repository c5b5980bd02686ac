import type { Language, Message } from '../messages/message.ts';

/** The answer with its warnings in the caller's language, which is asked for only where there are some. */
export function tellWarnings<T extends { warnings?: readonly Message[] }>(
  { warnings = [], ...answered }: T,
  choose: () => Language,
  warned: readonly Message[] = [],
) {
  const all = [...warned, ...warnings];
  if (all.length === 0) return answered;
  const language = choose();
  return { ...answered, warnings: all.map((warning) => warning[language]) };
}
