import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '@claviger/server';
import { expect, test } from 'vitest';

/** What is said of these settings when they are not valid. */
function faults(env: Record<string, string>): string {
  try {
    readConfig(env);
  } catch (error) {
    return (error as Error).message;
  }
  return 'valid';
}

const SECRET = 'hunter2hunter2';
const all = {
  CLAVIGER_OIDC_ISSUER: 'https://login.example.com/realms/acme',
  CLAVIGER_OIDC_CLIENT_ID: 'claviger',
  CLAVIGER_OIDC_CLIENT_SECRET: SECRET,
};

test('by default nobody signs in at a provider', () => {
  expect(readConfig({}).oidc).toBeNull();
});

test('with issuer, client and secret they do', () => {
  const more = {
    CLAVIGER_OIDC_ALLOWED_DOMAINS: 'Example.com, acme.org',
    CLAVIGER_OIDC_NAME: 'Acme',
  };
  expect(readConfig({ ...all, ...more }).oidc).toEqual({
    issuer: 'https://login.example.com/realms/acme',
    clientId: 'claviger',
    clientSecret: SECRET,
    scopes: 'openid email profile',
    name: 'Acme',
    allowedDomains: ['example.com', 'acme.org'],
  });
});

test('the secret may stand in a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'claviger-oidc-'));
  const file = join(folder, 'secret');
  const { CLAVIGER_OIDC_CLIENT_SECRET: _, ...rest } = all;
  const env = { ...rest, CLAVIGER_OIDC_CLIENT_SECRET_FILE: file };
  expect(faults(env)).toMatch(/CLAVIGER_OIDC_CLIENT_SECRET_FILE cannot be read: ENOENT/);
  writeFileSync(file, `${SECRET}\n`);
  expect(readConfig(env).oidc?.clientSecret).toBe(SECRET);
  expect(faults({ ...all, ...env })).toMatch(/are both set; unset one/);
  writeFileSync(file, '\n');
  expect(faults(env)).toMatch(/must hold the secret of the client/);
  rmSync(folder, { recursive: true });
});

test.each<[Record<string, string>, RegExp]>([
  [
    { CLAVIGER_OIDC_ISSUER: all.CLAVIGER_OIDC_ISSUER },
    /CLIENT_ID and .*CLIENT_SECRET.* must be set too/,
  ],
  [{ CLAVIGER_OIDC_ALLOWED_DOMAINS: 'example.com' }, /ISSUER and .* must be set too/],
  [
    { ...all, CLAVIGER_OIDC_ISSUER: 'http://login.example.com' },
    /ISSUER must be the https address/,
  ],
  [{ ...all, CLAVIGER_OIDC_ISSUER: 'https://login.example.com/?a=b' }, /ISSUER must be the https/],
  [{ ...all, CLAVIGER_OIDC_ISSUER: 'login.example.com' }, /ISSUER must be the https/],
  [{ ...all, CLAVIGER_OIDC_SCOPES: 'email profile' }, /SCOPES must contain openid and email/],
  [
    { ...all, CLAVIGER_OIDC_ALLOWED_DOMAINS: '*.example.com' },
    /must be domains such as example\.com/,
  ],
  [{ ...all, CLAVIGER_OIDC_NAME: 'x'.repeat(41) }, /NAME must have at most 40 characters/],
])('%j is refused, without repeating the secret', (env, expected) => {
  const said = faults(env);
  expect(said).toMatch(expected);
  expect(said).not.toContain(SECRET);
});
