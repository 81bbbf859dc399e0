import { idPatterns, type Verify } from '@claviger/contract';

const MAX_TOKEN_LENGTH = 4_096;
const MAX_PERMISSIONS = 64;

/**
 * The body of nearly every verification – token, API, environment, organization, a list of permissions –
 * accepted without the schema, which costs more than the decision. Null for anything else, right or
 * wrong: the schema then accepts it or says what is wrong. What is accepted here the schema accepts too,
 * with the same result; a property test holds the two together.
 */
export function quickVerifyBody(body: unknown): Verify | null {
  if (typeof body !== 'object' || body === null) return null;
  const ask: Writable<Verify> = { token: '', cost: 1 };
  for (const name in body) {
    const value = (body as Record<string, unknown>)[name];
    if (!take(ask, name, value)) return null;
  }
  // A missing token is the schema's to report; an empty one is rare enough to be its as well.
  return ask.token === '' ? null : ask;
}

type Writable<T> = { -readonly [Name in keyof T]: T[Name] };

function take(ask: Writable<Verify>, name: string, value: unknown): boolean {
  switch (name) {
    case 'token':
      if (typeof value !== 'string' || value.length > MAX_TOKEN_LENGTH) return false;
      ask.token = value;
      return true;
    case 'apiId':
      if (!fits(value, idPatterns.api)) return false;
      ask.apiId = value;
      return true;
    case 'environment':
      if (!fits(value, idPatterns.environment)) return false;
      ask.environment = value;
      return true;
    case 'organizationId':
      if (!fits(value, idPatterns.platform)) return false;
      ask.organizationId = value;
      return true;
    case 'permissions':
      if (!Array.isArray(value) || value.length > MAX_PERMISSIONS) return false;
      if (!value.every((id) => fits(id, idPatterns.permission))) return false;
      ask.permissions = value;
      return true;
    default:
      return false;
  }
}

const fits = (value: unknown, pattern: RegExp): value is string =>
  typeof value === 'string' && pattern.test(value);
