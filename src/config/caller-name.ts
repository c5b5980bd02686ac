/** What names of callers are made of, for patterns with the flag `u`. */
export const callerNameForm = '[\\p{L}\\p{N}_.-]{1,64}';

/** A name stands in paths, where "." and ".." are none. */
export const callerNamePattern = `^(?!\\.{1,2}$)${callerNameForm}$`;
