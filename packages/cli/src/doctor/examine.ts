import { serverUrl, type ConnectionOptions } from '../connection.ts';
import { checkConfiguration } from './check-configuration.ts';
import { checkDatabase } from './check-database.ts';
import { checkNode } from './check-node.ts';
import { checkPublicUrl } from './check-public-url.ts';
import { checkRootKey, checkRootKeyFiles } from './check-root-key.ts';
import { checkServer } from './check-server.ts';
import { checkSingleSignOn } from './check-single-sign-on.ts';
import { checkNotices } from './check-webhooks.ts';
import type { Finding } from './finding.ts';

/** Looks at everything and changes nothing. What rests on something broken is left out. */
export async function examine(options: ConnectionOptions): Promise<Finding[]> {
  const url = serverUrl(options);
  const { config, findings } = checkConfiguration(process.env);
  const here = [
    checkNode(),
    ...findings,
    ...(config === null ? [] : await checkDatabase(config)),
    ...(config === null ? [] : await checkSingleSignOn(config)),
    ...checkRootKeyFiles([process.env['CLAVIGER_ROOT_KEY_FILE'], options.keyFile]),
  ];
  const server = await checkServer(url);
  if (!server.answers) return [...here, ...server.findings];
  const configuredPublicUrl = process.env['CLAVIGER_PUBLIC_URL']
    ? (config?.publicUrl ?? null)
    : null;
  return [
    ...here,
    ...server.findings,
    ...(await checkRootKey(options)),
    ...(await checkNotices(url, config?.metricsToken ?? null)),
    ...(await checkPublicUrl(configuredPublicUrl, server.publicUrl)),
  ];
}
