import { randomUUID } from 'node:crypto';
import { looksLikeToken } from '@claviger/core';

const SANE = /^[A-Za-z0-9._~:/+=@-]{1,128}$/;

/**
 * The caller's own id when it is a sane one, so that both logs can be laid side by side. A key sent by
 * mistake is not: it would stand in every log.
 */
export function requestIdOf(given: string | undefined): string {
  const sane = given !== undefined && SANE.test(given) && !given.split(':').some(looksLikeToken);
  return sane ? given : randomUUID();
}
