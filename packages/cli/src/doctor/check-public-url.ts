import { isClaviger } from './check-server.ts';
import { fail, ok, warn, type Finding } from './finding.ts';
import { look } from './look.ts';

/** What clients reach it by, through whatever stands in front of it. */
export async function checkPublicUrl(
  configured: string | null,
  reported: string | null,
): Promise<Finding[]> {
  const url = configured ?? reported;
  if (url === null) return [];
  const findings: Finding[] = [];
  if (configured !== null && reported !== null && configured !== reported) {
    findings.push(
      warn(
        'public-url',
        `CLAVIGER_PUBLIC_URL is ${configured} here, and the server says ${reported}`,
        'Start the server with the same setting.',
      ),
    );
  }
  const live = await look(`${url}/health/live`);
  if (!isClaviger(live)) {
    const what =
      live.status === null
        ? `nothing answers (${live.failure})`
        : `something else answers (HTTP ${live.status})`;
    findings.push(
      fail(
        'public-url',
        `${what} at the public address ${url}`,
        'Set CLAVIGER_PUBLIC_URL to what clients use, and look at the proxy in front.',
      ),
    );
    return findings;
  }
  findings.push(ok('public-url', `${url} answers as Claviger`));
  return [...findings, ...(await checkProxy(url))];
}

/** The server knows which hop it was asked by, and whether it believes it. */
async function checkProxy(url: string): Promise<Finding[]> {
  const { body } = await look(`${url}/health/ready`);
  const { warnings } = body;
  if (!Array.isArray(warnings) || !warnings.includes('UNTRUSTED_PROXY')) return [];
  return [
    warn(
      'proxy',
      `a proxy at ${url} reports who calls, and the server does not believe it: every caller is recorded under the proxy’s address`,
      'Start the server with the proxy’s address in CLAVIGER_TRUSTED_PROXIES.',
    ),
  ];
}
