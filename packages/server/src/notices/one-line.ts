const MAX_LINE = 300;

/** A line break in a subject would begin another header field. */
export const oneLine = (text: string): string =>
  text
    .replace(/[\p{C}\u2028\u2029]+/gu, ' ')
    .slice(0, MAX_LINE)
    .toWellFormed();
