import { VERSION } from '../version.ts';
import { fail, ok, warn, type Finding } from './finding.ts';
import { look, type Look } from './look.ts';

/** Beyond this, "expires in" and rotations are not what people read. */
const CLOCK_TOLERANCE_MS = 2_000;

interface Checked {
  readonly findings: readonly Finding[];
  /** False: nothing that answers as Claviger is there, so that there is nothing more to ask. */
  readonly answers: boolean;
  /** What the server itself believes to be its public address. */
  readonly publicUrl: string | null;
}

/** The server that the command line speaks to. */
export async function checkServer(url: string): Promise<Checked> {
  const live = await look(`${url}/health/live`);
  if (!isClaviger(live))
    return { findings: [unreachable(url, live)], answers: false, publicUrl: null };
  const ready = await look(`${url}/health/ready`);
  const { version, publicUrl } = describedBy(await look(`${url}/openapi.json`));
  const findings = [
    ok('server', `${url} answers`),
    checkReady(ready),
    checkVersion(version),
    ...checkClock(live),
  ];
  return { findings, answers: true, publicUrl };
}

export const isClaviger = ({ status, body }: Look): boolean =>
  status === 200 && body['status'] === 'alive';

export function unreachable(url: string, { status, failure }: Look): Finding {
  return status === null
    ? fail(
        'server',
        `nothing answers at ${url} (${failure})`,
        'Start it with "claviger serve", or set CLAVIGER_URL or --url to where it runs; look at firewalls and proxies between.',
      )
    : fail(
        'server',
        `what answers at ${url} is not Claviger (HTTP ${status})`,
        'Set CLAVIGER_URL or --url to the server’s address, with the path a proxy puts it under.',
      );
}

function checkReady({ status, body }: Look): Finding {
  if (status === 200) return ok('ready', 'it is ready for requests');
  const reason =
    body['draining'] === true
      ? 'it is stopping'
      : 'it cannot reach its database, or another server holds it';
  return fail('ready', `it is not ready: ${reason}`, 'Look into its log.');
}

function describedBy({ body }: Look): { version: string | null; publicUrl: string | null } {
  const { info, servers } = body as {
    info?: { version?: unknown };
    servers?: readonly { url?: unknown }[];
  };
  const text = (value: unknown) => (typeof value === 'string' ? value : null);
  return { version: text(info?.version), publicUrl: text(servers?.[0]?.url) };
}

function checkVersion(version: string | null): Finding {
  if (version === VERSION) return ok('version', `server and command line are ${VERSION}`);
  return warn(
    'version',
    `the server is ${version ?? 'of an unknown version'}, the command line ${VERSION}`,
    'Use the command line of the server’s version; what one of them knows, the other may refuse.',
  );
}

function checkClock({ date, midwayMs }: Look): Finding[] {
  if (date === null) return [];
  // The header has no milliseconds: on average it is half a second behind.
  const aheadMs = Date.parse(date) + 500 - midwayMs;
  if (Number.isNaN(aheadMs)) return [];
  if (Math.abs(aheadMs) <= CLOCK_TOLERANCE_MS) return [ok('clock', 'it agrees with the server’s')];
  const seconds = Math.round(Math.abs(aheadMs) / 1_000);
  return [
    warn(
      'clock',
      `the server’s clock is ${seconds} seconds ${aheadMs > 0 ? 'ahead of' : 'behind'} this one`,
      'Find out which of the two is wrong and let NTP keep it: expiry and overlaps follow the server’s.',
    ),
  ];
}
