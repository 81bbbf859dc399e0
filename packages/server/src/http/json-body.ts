import type { Fault } from '@claviger/contract';
import { InvalidRequestError, RefusedError } from '@claviger/core';
import type { z } from 'zod';

/** Faults listed in one answer; a body of nonsense has thousands. */
const MAX_FAULTS = 100;

/** Throws `RefusedError` UNSUPPORTED_MEDIA_TYPE. A body of nothing needs no type. */
export function assertJson(contentType: string | undefined, isEmpty: boolean): void {
  if (contentType === 'application/json') return;
  if (isEmpty && contentType === undefined) return;
  if (/^application\/(?:json|[\w.+-]+\+json)\s*(?:;|$)/i.test(contentType ?? '')) return;
  throw new RefusedError(
    'UNSUPPORTED_MEDIA_TYPE',
    `The body has the content type ${contentType === undefined ? 'of none' : 'of something else than JSON'}. Send Content-Type: application/json.`,
  );
}

/** Nothing counts as `{}`. Throws `RefusedError` MALFORMED_JSON. */
export function parseJson(text: string): unknown {
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message quotes the body, which may hold a secret.
    throw new RefusedError(
      'MALFORMED_JSON',
      'The body is not one JSON document. Send a JSON object.',
    );
  }
}

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
    const expected = issue.errors.map((branch) =>
      branch.map(({ message }) => lowerFirst(message)).join(' and '),
    );
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
  return unit === undefined ? `be ${bound} ${size}` : `have ${bound} ${size} ${unit}`;
}

const article = (type: string): string =>
  type === 'int' ? 'a whole number' : `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`;

/** RFC 6901. */
const escapePointer = (part: string): string => part.replaceAll('~', '~0').replaceAll('/', '~1');

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
