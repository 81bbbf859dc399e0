import { hash, randomBytes } from 'node:crypto';

const TOKEN_BYTES = 32;

/** What a link carries to whoever is to use it. Only its hash is stored. */
export const newLinkToken = (): string => randomBytes(TOKEN_BYTES).toString('base64url');

/** The token is random enough that a plain hash gives nothing away, and found by its hash it needs no slow comparison. */
export const hashOfLinkToken = (token: string): string => hash('sha256', token, 'hex');
