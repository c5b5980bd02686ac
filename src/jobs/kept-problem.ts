import { type Language, languages } from '../messages/message.ts';
import { type FailedRequest, makeDocument } from '../problems/make-document.ts';
import type { Problem } from '../problems/problem.ts';

/**
 * The problem document of a job as it is kept: its beginning in each language, a line each, and what follows in a last
 * line, since the context may be large and is the same. Whoever reads the job gets his own language.
 */
export function keepProblem(problem: Problem, request: FailedRequest): string {
  const beginnings = languages.map((language) => {
    const { context: _, ...beginning } = makeDocument(problem, request, language);
    return JSON.stringify(beginning).slice(0, -1);
  });
  const { context } = makeDocument(problem, request);
  return [...beginnings, `,"context":${JSON.stringify(context)}}`].join('\n');
}

/** The JSON of a kept document. One kept by an earlier release is in English alone. */
export function problemIn(language: Language, kept: string): string {
  const lines = kept.split('\n', languages.length + 1);
  if (lines.length === 1) return kept;
  return `${lines[languages.indexOf(language)]}${lines[languages.length]}`;
}
