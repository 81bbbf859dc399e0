import { plainLines } from './text/plain-text.ts';

/** The one place that writes to standard output: resolves when it is written, rejects when it cannot be. */
export const write = (text: string): Promise<void> => writeBytes(text);

export function writeBytes(text: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => (error ? reject(error) : resolve()));
  });
}

/** A line for the person in front of it, never part of the result. */
export function note(line: string): void {
  process.stderr.write(`${plainLines(line).join('\n')}\n`);
}

export const jsonText = (answer: unknown): string => `${JSON.stringify(answer, null, 2)}\n`;

/** The answer as it came with `--json`, else what `human` makes of it. */
export function print(
  json: boolean | undefined,
  answer: unknown,
  human: () => string,
): Promise<void> {
  return write(json === true ? jsonText(answer) : `${human()}\n`);
}
