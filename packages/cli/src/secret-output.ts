import { open, rm, type FileHandle } from 'node:fs/promises';
import { Failure } from './failure.ts';
import { jsonText, note, write } from './output.ts';

export interface SecretOptions {
  readonly secretFile?: string;
  readonly json?: boolean;
}

/** An answer of the API that holds a secret, this once. */
export interface WithSecret {
  /** What it is the secret of. */
  readonly key?: { readonly id: string };
  readonly webhook?: { readonly id: string };
  /** A publishable key has none: what it is instead is no secret. */
  readonly secret?: string | undefined;
  readonly publicKey?: string | undefined;
}

/**
 * Does what brings a secret into the world and hands it over: alone on standard output, into a new file of
 * its owner's, or in the whole answer with `--json`. The file is made first, since a secret that cannot be
 * handed over would be lost. Throws `Failure` with the way out when it is.
 */
export async function deliverSecret<Answer extends WithSecret>(
  options: SecretOptions,
  issue: () => Promise<Answer>,
  tell: (answer: Answer) => void,
): Promise<void> {
  const { secretFile, json } = options;
  const file = secretFile === undefined ? null : await reserve(secretFile);
  let answer: Answer;
  try {
    answer = await issue();
  } catch (error) {
    await file?.handle.close();
    if (file !== null) await rm(file.path, { force: true });
    throw error;
  }
  tell(answer);
  try {
    if (file !== null) {
      await file.handle.writeFile(`${tokenOf(answer)}\n`);
      await file.handle.sync();
    }
    if (json === true) await write(jsonText(file === null ? answer : withoutSecret(answer)));
    else if (file === null) {
      note(answer.secret === undefined ? 'The key:' : 'Its secret, shown this once:');
      await write(`${tokenOf(answer)}\n`);
    }
  } catch (error) {
    throw lost(answer, error);
  } finally {
    await file?.handle.close();
  }
  if (file === null) return;
  note(
    answer.secret === undefined
      ? `The key is in ${file.path}.`
      : `The secret is in ${file.path}, readable by you only. It is not shown again.`,
  );
}

const tokenOf = ({ secret, publicKey = '' }: WithSecret): string => secret ?? publicKey;

/** Whoever wants the secret in a file does not want it in a log as well. */
const withoutSecret = (answer: WithSecret) => ({ ...answer, secret: undefined });

interface Reserved {
  readonly path: string;
  readonly handle: FileHandle;
}

async function reserve(path: string): Promise<Reserved> {
  try {
    return { path, handle: await open(path, 'wx', 0o600) };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const reason =
      code === 'EEXIST'
        ? 'it exists, and a secret is never written over a file'
        : `it cannot be made (${String(code)})`;
    throw new Failure(`--secret-file ${path}: ${reason}. Nothing was done.`);
  }
}

function lost({ key, webhook }: WithSecret, error: unknown): Failure {
  const remedy =
    webhook === undefined ? `keys rotate ${key?.id}` : `webhooks rotate-secret ${webhook.id}`;
  const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
  return new Failure(
    `The secret of ${key?.id ?? webhook?.id} could not be written${code}, and nobody has it. Make another with: claviger ${remedy}`,
    undefined,
    error,
  );
}
