import { readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import type { putApiBody } from '@claviger/contract';
import type { PutApiInput } from '@claviger/sdk';
import { unreadable } from '../connection.ts';
import { Failure, wronglyCalled } from '../failure.ts';
import { readStdin } from '../stdin.ts';

export interface DefinitionFile {
  readonly id: string;
  /** As it was called: the file's name or `standard input`. */
  readonly source: string;
  /** With every default filled in, as the server stores it. */
  readonly definition: PutApiInput;
}

/**
 * Reads one definition. Its id is the given one, else its field "id", else the folder of an `api.json` or
 * the file's name. Throws `Failure` with every fault, each with where it is.
 */
export async function readDefinition(file: string, givenId?: string): Promise<DefinitionFile> {
  const source = file === '-' ? 'standard input' : file;
  const text = file === '-' ? await readStdin('the definition') : await readText(file);
  const { id: ownId, ...fields } = parseObject(text, source);
  const id = givenId ?? textOf(ownId, source) ?? idOfFile(file);
  return { id, source, definition: await complete(fields, source) };
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw unreadable(file, error);
  }
}

function parseObject(text: string, source: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    // The rest of the message quotes the file, which may be the wrong one and hold a secret.
    const [place = ''] = / \(line \d+ column \d+\)/.exec(String(error)) ?? [];
    throw new Failure(`${source} is not JSON${place}.`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Failure(`${source} must hold one JSON object: the definition of an API.`);
  }
  return value as Record<string, unknown>;
}

function textOf(id: unknown, source: string): string | undefined {
  if (id === undefined || typeof id === 'string') return id;
  throw new Failure(`${source}: "id" must be a string.`);
}

function idOfFile(file: string): string {
  if (file === '-') {
    throw wronglyCalled(
      'Standard input has no name: say --id <id>, or put "id" into the definition.',
    );
  }
  const path = resolve(file);
  const name = basename(path);
  return name === 'api.json' ? basename(dirname(path)) : name.replace(/\.json$/, '');
}

type Issue = NonNullable<ReturnType<typeof putApiBody.safeParse>['error']>['issues'][number];

/** What the server adds to a definition when it shows it: taken back without a word. */
const SERVER_FIELDS = ['createdAt', 'updatedAt'];

async function complete(fields: Record<string, unknown>, source: string): Promise<PutApiInput> {
  // Loaded where it is needed: the schemas take longer to load than most commands to run.
  const { putApiBody } = await import('@claviger/contract');
  const own = Object.entries(fields).filter(([name]) => !SERVER_FIELDS.includes(name));
  const parsed = putApiBody.safeParse(Object.fromEntries(own));
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.flatMap(faultsOf).map((fault) => `  ${fault}`);
  throw new Failure(`${source} is not a definition of an API:\n${faults.join('\n')}`);
}

/** In the pointers that the server uses too. */
function faultsOf(issue: Issue): string[] {
  const pointer = issue.path.map((part) => `/${String(part)}`).join('');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `${pointer}/${key} is not a field of a definition`);
  }
  if (issue.code !== 'invalid_union' || issue.errors.length === 0)
    return [`${pointer || '/'} ${messageOf(issue)}`];
  const forms = issue.errors.map((branch) => branch.map(messageOf).join(' and '));
  return [`${pointer} fits none of its forms: ${forms.join('; or ')}`];
}

/** The schemas' own messages begin with "must", those of the library with what is wrong. */
const messageOf = ({ message }: Pick<Issue, 'message'>): string =>
  message.charAt(0).toLowerCase() + message.slice(1);
