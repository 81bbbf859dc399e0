import { isUtf8 } from 'node:buffer';
import type { Fault } from '@claviger/contract';
import { InvalidRequestError, RefusedError } from '@claviger/core';
import type { z } from 'zod';

/** Faults listed in one answer; a body of nonsense has thousands. */
export const MAX_FAULTS = 100;

/** Throws `RefusedError` UNSUPPORTED_MEDIA_TYPE. A body of nothing needs no type. `alternative`: what else would do. */
export function assertJson(
  contentType: string | undefined,
  isEmpty: boolean,
  alternative = '',
): void {
  if (contentType === 'application/json') return;
  if (isEmpty && contentType === undefined) return;
  if (/^application\/(?:json|[\w.+-]+\+json)\s*(?:;|$)/i.test(contentType ?? '')) return;
  throw new RefusedError(
    'UNSUPPORTED_MEDIA_TYPE',
    `The body has ${contentType === undefined ? 'no content type' : 'a content type that is not JSON'}. Send Content-Type: application/json${alternative}.`,
  );
}

/** Nothing counts as `{}`. Throws `RefusedError` MALFORMED_JSON. */
export function parseJson(bytes: Buffer): unknown {
  if (bytes.length === 0) return {};
  // Decoding would put U+FFFD in the place of what is no UTF-8, and store it without a word.
  if (!isUtf8(bytes)) throw malformedJson('not UTF-8');
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    // The parser's message quotes the body, which may hold a secret.
    throw malformedJson('not one JSON document');
  }
}

function malformedJson(what: string): RefusedError {
  return new RefusedError('MALFORMED_JSON', `The body is ${what}. Send a JSON object.`);
}

/** Levels of a body at most. Far more than anyone's metadata has, far less than would exhaust the stack of a validator. */
const MAX_DEPTH = 64;

/** For bodies that may hold any JSON. Throws `InvalidRequestError` for what would not come through validation whole. */
export function assertPlain(body: unknown): void {
  let level: unknown[] = [body];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) throw notPlain(`must not be nested deeper than ${MAX_DEPTH} levels`);
    const containers = level.filter((value) => typeof value === 'object' && value !== null);
    // Assigning it sets a prototype, so libraries leave it out in silence.
    if (containers.some((value) => Object.hasOwn(value, '__proto__'))) {
      throw notPlain('must not name anything "__proto__"');
    }
    level = containers.flatMap((value) => Object.values(value));
  }
}

const notPlain = (message: string) => new InvalidRequestError([{ pointer: '', message }]);

export function bodyTooLarge(limitBytes: number): RefusedError {
  return new RefusedError(
    'BODY_TOO_LARGE',
    `The body is larger than ${limitBytes / 1024} KiB, the most this operation takes. Send less in one call.`,
  );
}

/** Throws `InvalidRequestError` with every fault; `base` is where the value stands in the request. */
export function validate<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  base = '',
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new InvalidRequestError(
    parsed.error.issues.flatMap((issue) => faultsOf(issue, base)).slice(0, MAX_FAULTS),
  );
}

function faultsOf(issue: z.core.$ZodIssue, base: string): Fault[] {
  const path = [base, ...issue.path.map((part) => escapePointer(String(part)))].join('/');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      pointer: `${path}/${escapePointer(key)}`,
      message: 'is not a field of this request',
    }));
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const expected = issue.errors.map((branch) => branch.map(messageOf).join(' and '));
    return [{ pointer: path, message: `fits none of its forms: ${expected.join('; or ')}` }];
  }
  return [{ pointer: path, message: messageOf(issue) }];
}

/** The schemas' own messages begin with "must"; those of the library are put in the same words. */
function messageOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.message.endsWith('received undefined')
        ? 'is required'
        : `must be ${article(issue.expected)}`;
    case 'invalid_value':
      return `must be one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
    case 'invalid_key':
      return `is not a name that can be used here: ${issue.issues.map(messageOf).join(' and ')}`;
    case 'too_small':
      return `must ${sizeOf(issue.origin, 'at least', issue.minimum)}`;
    case 'too_big':
      return `must ${sizeOf(issue.origin, 'at most', issue.maximum)}`;
    default:
      return lowerFirst(issue.message);
  }
}

const units: Record<string, string> = {
  string: 'characters',
  array: 'entries',
  set: 'entries',
  object: 'fields',
};

function sizeOf(origin: string, bound: string, size: number | bigint): string {
  const unit = units[origin];
  if (unit !== undefined && bound === 'at least' && Number(size) === 1) return 'not be empty';
  return unit === undefined ? `be ${bound} ${size}` : `have ${bound} ${size} ${unit}`;
}

/** What JSON calls something else than the library does. */
const types: Record<string, string> = { int: 'a whole number', record: 'an object' };

const article = (type: string): string =>
  types[type] ?? `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`;

/** RFC 6901. */
export const escapePointer = (part: string): string =>
  part.replaceAll('~', '~0').replaceAll('/', '~1');

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
