import { verify } from 'node:crypto';
import { InvalidRequestError, RefusedError } from '@claviger/core';
import type { GithubKeys } from './github-keys.ts';

export interface GithubSignature {
  readonly identifier: string;
  /** Base64 of ASN.1 DER. */
  readonly signature: string;
}

/** A P-256 signature has at most 72 bytes. */
const SIGNATURE = /^[A-Za-z0-9+/]{80,96}={0,2}$/;
const IDENTIFIER = /^[\x21-\x7e]{1,200}$/;

/** Reads the headers. Throws `InvalidRequestError` that names each one that is missing or malformed. */
export function readGithubSignature(headers: Headers): GithubSignature {
  const identifier = headers.get('github-public-key-identifier') ?? '';
  const signature = headers.get('github-public-key-signature') ?? '';
  const faults = [
    ...faultsOf('github-public-key-identifier', identifier, IDENTIFIER, 'the id of a key'),
    ...faultsOf('github-public-key-signature', signature, SIGNATURE, 'a signature in base64'),
  ];
  if (faults.length > 0) throw new InvalidRequestError(faults);
  return { identifier, signature };
}

function faultsOf(name: string, value: string, form: RegExp, what: string) {
  if (form.test(value)) return [];
  const message = value === '' ? 'is required' : `must be ${what}`;
  return [{ pointer: `/header/${name}`, message }];
}

/**
 * ECDSA P-256 with SHA-256 over the body as it came. Rejects with `RefusedError` SIGNATURE_NOT_VALID,
 * `GithubKeysError`.
 */
export async function assertSignedByGithub(
  keys: GithubKeys,
  { identifier, signature }: GithubSignature,
  body: Buffer,
): Promise<void> {
  const key = await keys.find(identifier);
  if (key === null) {
    throw new RefusedError(
      'SIGNATURE_NOT_VALID',
      'Github-Public-Key-Identifier names none of the keys that GitHub publishes.',
    );
  }
  if (!verify('sha256', body, key, Buffer.from(signature, 'base64'))) {
    throw new RefusedError(
      'SIGNATURE_NOT_VALID',
      'Github-Public-Key-Signature is not the signature of this body by the key that Github-Public-Key-Identifier names.',
    );
  }
}
