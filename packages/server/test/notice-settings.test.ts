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

const SMTP = 'smtp://claviger:hunter2@mail.example.com:587';
const FROM = 'Claviger <claviger@example.com>';

test('by default nothing private is open, and nothing is mailed', () => {
  const { notices } = readConfig({});
  expect(notices).toEqual({
    opened: { addresses: [], blocks: [] },
    timeoutMs: 15_000,
    mail: null,
  });
});

test.each([
  [{ CLAVIGER_WEBHOOK_ALLOW_PRIVATE: '10.0.0.0/8, 127.0.0.1 fd00::/8' }, 'valid'],
  [{ CLAVIGER_WEBHOOK_ALLOW_PRIVATE: '10.0.0.0/8,intranet' }, /"intranet" must be an IPv4 or IPv6/],
  [{ CLAVIGER_WEBHOOK_ALLOW_PRIVATE: '10.0.0.0/99' }, /"10\.0\.0\.0\/99" /],
  [{ CLAVIGER_WEBHOOK_TIMEOUT_SECONDS: '61' }, /CLAVIGER_WEBHOOK_TIMEOUT_SECONDS/],
  [{ CLAVIGER_WEBHOOK_TIMEOUT_SECONDS: 'soon' }, /must be a whole number of seconds, 1 to 60/],
  [{ CLAVIGER_SMTP_URL: SMTP, CLAVIGER_MAIL_FROM: FROM }, 'valid'],
  [{ CLAVIGER_SMTP_URL: SMTP, CLAVIGER_MAIL_FROM: 'claviger@example.com' }, 'valid'],
  [{ CLAVIGER_SMTP_URL: SMTP }, /CLAVIGER_MAIL_FROM must be set with CLAVIGER_SMTP_URL/],
  [{ CLAVIGER_MAIL_FROM: FROM }, /CLAVIGER_SMTP_URL is not/],
  [
    { CLAVIGER_SMTP_URL: 'mail.example.com:hunter2', CLAVIGER_MAIL_FROM: FROM },
    /must be smtp:\/\/user:password@host:port/,
  ],
  [
    { CLAVIGER_SMTP_URL: SMTP, CLAVIGER_MAIL_FROM: 'a@b.c\r\nBcc: d@e.f' },
    /CLAVIGER_MAIL_FROM must be an address/,
  ],
])('%j is %s', (env, expected) => {
  const said = faults(env as unknown as Record<string, string>);
  if (typeof expected === 'string') expect(said).toBe(expected);
  else expect(said).toMatch(expected);
  expect(said).not.toContain('hunter2');
});
