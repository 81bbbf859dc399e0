/** Patterns rather than lowered copies: a search tests many thousands of texts, most of which do not match. */

export const containing = (text: string): RegExp => new RegExp(eitherCase(text));

export const startingWith = (text: string): RegExp => new RegExp(`^${eitherCase(text)}`);

export const equalTo = (text: string): RegExp => new RegExp(`^${eitherCase(text)}$`);

/** The letters A to Z in either case, everything else as it is: `asciiLowerCase`, as a pattern. */
const eitherCase = (text: string): string =>
  Array.from({ length: text.length }, (_, index) => text.charAt(index))
    .map((unit) =>
      /[A-Za-z]/.test(unit)
        ? `[${unit.toUpperCase()}${unit.toLowerCase()}]`
        : `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
    )
    .join('');
