/** The query parameter that asks for a flat answer. */
export const flatParam = 'answer';
/** Its one value. */
export const flatValue = 'flat';
/** Seconds that a step with a flat answer has at most: builders give up after 30. */
export const flatSeconds = 25;
