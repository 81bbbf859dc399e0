import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { EXIT } from './exit-codes.ts';
import { Failure, wronglyCalled } from './failure.ts';

let takenFor: string | null = null;

/** Standard input is read once: two that want it are a wrong call. */
function take(purpose: string): void {
  if (takenFor !== null) {
    throw wronglyCalled(
      `Standard input cannot be both ${takenFor} and ${purpose}. Give one of them in a file.`,
    );
  }
  takenFor = purpose;
}

/** Everything up to its end. */
export async function readStdin(purpose: string): Promise<string> {
  take(purpose);
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** As it comes. */
export function openStdin(purpose: string): AsyncIterable<unknown> {
  take(purpose);
  return process.stdin;
}

/** All of it from a pipe; from a terminal one line that is not shown. */
export async function readSecretFromStdin(purpose: string): Promise<string> {
  if (!process.stdin.isTTY) return readStdin(purpose);
  take(purpose);
  // The prompt follows the switch to raw mode: from then on the terminal itself echoes nothing.
  const prompt = `Paste ${purpose} and press Enter (it is not shown): `;
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const line = readLine(nowhere, '');
  process.stderr.write(prompt);
  const secret = await line;
  process.stderr.write('\n');
  return secret ?? '';
}

/** A question on standard error, answered on the terminal. Null when the input ends instead. */
export const ask = (question: string): Promise<string | null> => readLine(process.stderr, question);

function readLine(output: NodeJS.WritableStream, question: string): Promise<string | null> {
  const { promise, resolve, reject } = Promise.withResolvers<string | null>();
  const lines = createInterface({ input: process.stdin, output, terminal: true });
  lines.once('SIGINT', () => {
    reject(new Failure('Interrupted; nothing was changed.', EXIT.interrupted));
    lines.close();
  });
  lines.once('close', () => resolve(null));
  lines.question(question, (line) => {
    resolve(line);
    lines.close();
  });
  return promise;
}
