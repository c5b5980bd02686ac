/**
 * Items on a page of amoCRM at most; it cuts longer pages without a word. Ids in one filter too, since its answer is one
 * page. Source: developers' reference, limits.
 */
export const largestPage = 250;
