import type { Command } from 'commander';
import { examples, jsonCommand } from '../../api-command.ts';
import { Failure } from '../../failure.ts';
import { print } from '../../output.ts';

export function auditPublicKeyCommand(): Command {
  return jsonCommand('public-key')
    .description('Print the public key that verifies audit checkpoints, for auditors to keep')
    .addHelpText(
      'after',
      examples(
        'claviger audit public-key > audit.pub',
        'CLAVIGER_AUDIT_SIGNING_KEY_FILE=/etc/claviger/audit.key claviger audit public-key',
      ),
    )
    .action(async ({ json }: { json?: boolean }) => {
      const { ed25519PublicKey, keyIdOf } = await import('@claviger/core');
      const { readConfig, readSigningKey, signingKeyFileOf } = await import('@claviger/server');
      const path = signingKeyFileOf(readConfig(process.env));
      const privateKey = path === null ? null : readSigningKey(path);
      if (privateKey === null) {
        throw new Failure(
          path === null
            ? 'There is no signing key. Set CLAVIGER_AUDIT_SIGNING_KEY_FILE to the one that the server has.'
            : `There is no signing key ${path} yet. The first start with CLAVIGER_AUDIT_CHECKPOINTS makes it; run this where the server runs and with its settings.`,
        );
      }
      const key = ed25519PublicKey(privateKey);
      const publicKey = key.export({ type: 'spki', format: 'pem' }).toString();
      await print(json, { keyId: keyIdOf(key), publicKey }, () => publicKey.trimEnd());
    });
}
