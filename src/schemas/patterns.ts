/** Forms of texts that have words of their own where a text has another; see `fault-words.ts`. */

/** Parts of JavaScript's objects, and what the service itself writes into a context. */
export const reservedVariables: readonly unknown[] = ['__proto__', 'constructor', 'prototype', '__step_error__'];

/** A name that templates can use, and that is not reserved. */
export const variablePattern = `^(?!(?:${reservedVariables.join('|')})$)[\\p{L}_][\\p{L}\\p{N}_]*$`;

/** An account's id. Lower case, so that it can be part of a file’s name everywhere. */
export const accountIdPattern = '^[a-z0-9][a-z0-9_-]{0,62}$';

/** What names of callers are made of, for patterns with the flag `u`. */
export const callerNameForm = '[\\p{L}\\p{N}_.-]{1,64}';

/** A name of a caller stands in paths, where "." and ".." are none. */
export const callerNamePattern = `^(?!\\.{1,2}$)${callerNameForm}$`;

/** A phone number has digits, whatever else; one that is looked for has not zeros alone. */
export const phonePattern = '\\d';
export const soughtPhonePattern = '[1-9]';

/** Degrees of latitude or longitude. */
export const degreesPattern = '^-?\\d{1,3}(\\.\\d+)?$';
