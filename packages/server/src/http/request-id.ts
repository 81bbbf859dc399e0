import { randomBytes } from 'node:crypto';
import { looksLikeToken } from '@claviger/core';

const SANE = /^[A-Za-z0-9._~:/+=@-]{1,128}$/;

/** Random for each start of the process, then counted: a random id for each request costs more than its verification. */
const START = `req_${randomBytes(9).toString('base64url')}_`;
let count = 0;

/**
 * The caller's own id when it is a sane one, so that both logs can be laid side by side. A key sent by
 * mistake is not: it would stand in every log.
 */
export function requestIdOf(given: string | undefined): string {
  if (given === undefined) return START + (++count).toString(36);
  const sane = SANE.test(given) && !given.split(':').some(looksLikeToken);
  return sane ? given : START + (++count).toString(36);
}
