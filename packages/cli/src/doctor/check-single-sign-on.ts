import type { Config } from '@claviger/server';
import { fail, ok, type Finding } from './finding.ts';
import { look } from './look.ts';

const CHECK = 'single-sign-on';

/** Whether the provider answers, by the very name it is configured under. */
export async function checkSingleSignOn({ oidc, publicUrl }: Config): Promise<Finding[]> {
  if (oidc === null) return [];
  const { issuer } = oidc;
  const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const { status, body, failure } = await look(address);
  const named = body['issuer'];
  if (status !== 200 || typeof named !== 'string') {
    const what = status === null ? `nothing answers (${failure})` : `it answers HTTP ${status}`;
    return [
      fail(
        CHECK,
        `${address} does not describe an OpenID provider: ${what}`,
        'Set CLAVIGER_OIDC_ISSUER to the issuer as the provider names it, and look whether it can be reached from here.',
      ),
    ];
  }
  // With or without a slash after the host, it is the same.
  if (URL.parse(named)?.href !== new URL(issuer).href) {
    return [
      fail(
        CHECK,
        `the provider calls itself ${named}, and not ${issuer}, so nobody is let in by it`,
        `Set CLAVIGER_OIDC_ISSUER=${named}, if that is the one you mean.`,
      ),
    ];
  }
  const { origin } = new URL(publicUrl);
  return [
    ok(
      CHECK,
      `${issuer} answers; it has to send people back to ${origin}/auth/single-sign-on/callback`,
    ),
  ];
}
