import { styleText } from 'node:util';

export type Color = 'bold' | 'dim' | 'green' | 'yellow' | 'red';
export type Paint = (color: Color, text: string) => string;

/** On a terminal only, and never with NO_COLOR (no-color.org). */
export function paintFor(stream: NodeJS.WriteStream): Paint {
  const { NO_COLOR, TERM } = process.env;
  const colored = stream.isTTY && (NO_COLOR === undefined || NO_COLOR === '') && TERM !== 'dumb';
  return (color, text) => (colored ? styleText(color, text, { validateStream: false }) : text);
}
