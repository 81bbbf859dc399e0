import { ClavigerError, type Key } from '@claviger/sdk';
import { connect, keySource, type ConnectionOptions } from '../connection.ts';
import { permissionsText } from '../text/key-text.ts';
import { fullTime, relativeTime } from '../text/times.ts';
import { checkFileMode } from './check-file-mode.ts';
import { checkWebhooks } from './check-webhooks.ts';
import { fail, ok, warn, type Finding } from './finding.ts';

/** Time enough to make another and hand it out. */
const SOON_MS = 14 * 86_400_000;

/** The files a root key is kept in. */
export function checkRootKeyFiles(files: readonly (string | null | undefined)[]): Finding[] {
  const real = files.filter((file) => typeof file === 'string' && file !== '-');
  return [...new Set(real)].flatMap((path) =>
    checkFileMode({
      check: 'root-key-file',
      what: 'the root key file',
      path: String(path),
      status: 'fail',
    }),
  );
}

/** Whether the key is valid, what it may do, and what it sees of webhooks. */
export async function checkRootKey(options: ConnectionOptions): Promise<Finding[]> {
  if (keySource(options) === null) {
    return [
      warn(
        'root-key',
        'none is given, so nothing is known of it',
        'Set CLAVIGER_ROOT_KEY or give --key-file to have it looked at.',
      ),
    ];
  }
  try {
    const client = await connect(options);
    const key = await client.me();
    if (key.apiId !== 'claviger') return [noRootKey(key)];
    return [...describeKey(key), ...(await checkWebhooks(client))];
  } catch (error) {
    const refused = error instanceof ClavigerError && error.status === 401;
    const remedy = refused
      ? 'Look where it came from. Make another on the server’s machine: claviger root-keys create --name "<who uses it>".'
      : 'Look at the server first.';
    return [
      fail('root-key', error instanceof Error ? error.message : 'it cannot be looked at', remedy),
    ];
  }
}

function describeKey(key: Key): Finding[] {
  const bound = Object.entries(key.resources).map(([type, ids]) => `${type} ${ids.join(', ')}`);
  const reach = bound.length === 0 ? 'everywhere' : `bound to ${bound.join('; ')}`;
  const found = ok(
    'root-key',
    `"${key.name}" is valid; it holds ${permissionsText(key)}, ${reach}`,
  );
  const { expiresAt } = key;
  if (expiresAt === null || Date.parse(expiresAt) - Date.now() > SOON_MS) return [found];
  return [
    found,
    warn(
      'root-key-expiry',
      `it expires ${fullTime(expiresAt)}`,
      `Make another ("claviger root-keys create") and hand it out; this one ends ${relativeTime(expiresAt)}.`,
    ),
  ];
}

const noRootKey = (key: Key): Finding =>
  fail(
    'root-key',
    `"${key.name}" is a key of the API "${key.apiId}", not a root key`,
    'Give a root key in CLAVIGER_ROOT_KEY or --key-file; it begins with clv_.',
  );
