/**
 * Control characters, C1 included, and what turns the direction of text: a name or a description could
 * otherwise drive the terminal of whoever lists it, or pretend to be another.
 */
const UNSAFE =
  // oxlint-disable-next-line no-control-regex -- control characters are what it looks for
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** On one line and harmless to a terminal; what is unsafe is shown by its code point. */
export const plainLine = (text: string): string => text.replaceAll(UNSAFE, codePoint);

/** The same with its line breaks kept. */
export const plainLines = (text: string): string[] => text.split(/\r?\n/).map(plainLine);

function codePoint(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `\\u{${code.toString(16)}}`;
}

const segmenter = new Intl.Segmenter();
const WIDE =
  /\p{Emoji_Presentation}|\p{RI}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u;

/** Columns of a terminal that the text takes. */
export function textWidth(text: string): number {
  // oxlint-disable-next-line no-control-regex -- everything in ASCII takes one column
  if (/^[\u0020-\u007e]*$/.test(text)) return text.length;
  let width = 0;
  for (const { segment } of segmenter.segment(text)) width += WIDE.test(segment) ? 2 : 1;
  return width;
}

/** Cut to the width with `…` when it is longer. */
export function cutToWidth(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let cut = '';
  let used = 1; // the ellipsis
  for (const { segment } of segmenter.segment(text)) {
    used += textWidth(segment);
    if (used > width) break;
    cut += segment;
  }
  return `${cut.trimEnd()}…`;
}

/** Broken at spaces into lines of that width; a word that is longer stays whole, to be copied. */
export function wrapToWidth(text: string, width: number): string[] {
  if (textWidth(text) <= width) return [text];
  const [first = '', ...rest] = text.split(/( +)/);
  const lines = [first];
  for (let at = 0; at < rest.length; at += 2) {
    const [space = '', word = ''] = rest.slice(at, at + 2);
    const longer = `${lines.at(-1)}${space}${word}`;
    if (textWidth(longer) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

export const padToWidth = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - textWidth(text)));
