import { readFile } from 'node:fs/promises';
import { ClavigerClient } from '@claviger/sdk';
import { Option } from 'commander';
import { Failure, wronglyCalled } from './failure.ts';
import { readSecretFromStdin } from './stdin.ts';

export interface ConnectionOptions {
  readonly url?: string;
  readonly keyFile?: string;
}

export const DEFAULT_URL = 'http://127.0.0.1:8787';

/** A person waits: what is not back after this many tries is said. */
const MAX_RETRIES = 2;

const HELP_GROUP = 'Connection:';

export const urlOption = (): Option =>
  new Option('--url <url>', `the server (default: CLAVIGER_URL, else ${DEFAULT_URL})`).helpGroup(
    HELP_GROUP,
  );

export const connectionOptions = (): Option[] => [
  urlOption(),
  new Option(
    '--key-file <file>',
    'where the key is read, - for standard input (default: CLAVIGER_ROOT_KEY)',
  ).helpGroup(HELP_GROUP),
];

/** An empty variable counts as not set. */
const setting = (name: string): string | undefined => process.env[name] || undefined;

/** Where the server is. Throws `Failure` for what is no address. */
export function serverUrl({ url }: ConnectionOptions): string {
  const [text, source] =
    url === undefined ? [setting('CLAVIGER_URL') ?? DEFAULT_URL, 'CLAVIGER_URL'] : [url, '--url'];
  const parsed = URL.canParse(text) ? new URL(text) : null;
  const usable =
    parsed !== null &&
    /^https?:$/.test(parsed.protocol) &&
    parsed.username + parsed.password + parsed.search + parsed.hash === '';
  if (usable) return text.replace(/\/+$/, '');
  // Not repeated: it may hold a password.
  throw wronglyCalled(
    `${source} must be an http or https address without user, query and fragment, such as https://keys.example.com.`,
  );
}

/** Where the key comes from, as the person who gave it knows it; null when none is given. */
export function keySource({ keyFile }: ConnectionOptions): string | null {
  if (keyFile !== undefined) return keyFile === '-' ? 'standard input' : keyFile;
  return setting('CLAVIGER_ROOT_KEY') === undefined ? null : 'CLAVIGER_ROOT_KEY';
}

/** The key to present. Throws `Failure` when there is none. */
export async function readKey(options: ConnectionOptions): Promise<string> {
  const source = keySource(options);
  if (source === null) {
    throw wronglyCalled(
      'A root key is needed. Set CLAVIGER_ROOT_KEY, or give --key-file <file> ("-" reads standard input). Never as an argument: arguments are seen by everyone on this machine.',
    );
  }
  const text =
    options.keyFile === undefined
      ? (setting('CLAVIGER_ROOT_KEY') ?? '')
      : await readToken(options.keyFile, 'the root key');
  const key = text.trim();
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw wronglyCalled(
      `${source} holds no key: ${key === '' ? 'it is empty' : 'a key is one word of ASCII'}.`,
    );
  }
  return key;
}

/** What a file or standard input (`-`) holds, without the line break at its end. */
export async function readToken(file: string, purpose: string): Promise<string> {
  if (file === '-') return (await readSecretFromStdin(purpose)).trim();
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    throw unreadable(file, error);
  }
}

export function unreadable(file: string, error: unknown): Failure {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
  const reason =
    { ENOENT: 'there is no such file', EACCES: 'you may not', EISDIR: 'it is a folder' }[code] ??
    code;
  return new Failure(`${file} cannot be read: ${reason}.`);
}

/** `more`: for commands that take longer than others. */
export async function connect(
  options: ConnectionOptions,
  more: { readonly timeoutMs?: number } = {},
): Promise<ClavigerClient> {
  const baseUrl = serverUrl(options);
  return new ClavigerClient({
    baseUrl,
    key: await readKey(options),
    maxRetries: MAX_RETRIES,
    ...more,
  });
}
