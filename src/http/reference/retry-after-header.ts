/** The header that says when to ask again. */
export const retryAfterHeader = {
  type: 'integer',
  minimum: 1,
  description: 'Seconds after which to ask again: with 409 and 503, and with a job that is open.',
  examples: [5],
};
