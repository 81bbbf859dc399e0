import { hash } from 'node:crypto';
import { operations, type GithubLeaks } from '@claviger/contract';
import { recordableUrl, RefusedError, type Finding } from '@claviger/core';
import { openRoute, type OpenHead } from '../http/route.ts';
import { assertSignedByGithub, readGithubSignature } from '../leaks/github-signature.ts';

export const reportGithubLeaksRoute = openRoute(
  operations.reportGithubLeaks,
  async ({ claviger, surface, source, headers, rawBody, body, admission }) => {
    await assertSignedByGithub(keysOf({ surface }), readGithubSignature(headers), rawBody);
    admission?.giveBack();
    const known = await claviger.leaks.deal(body.map(findingOf), source);
    return body.map(({ token, type }, index) => ({
      token_hash: hash('sha256', token),
      token_type: type,
      label: known[index] === true ? ('true_positive' as const) : ('false_positive' as const),
    }));
  },
  // A body may be large: it is read for those who at least name a signature.
  (head) => {
    keysOf(head);
    readGithubSignature(head.headers);
    return head.surface.claviger.leaks.admitUnproven(head.source.ip);
  },
);

/** Throws `RefusedError` ROUTE_NOT_FOUND where the operator has switched it off. */
function keysOf({ surface }: Pick<OpenHead, 'surface'>) {
  if (surface.githubKeys !== null) return surface.githubKeys;
  throw new RefusedError(
    'ROUTE_NOT_FOUND',
    'This server takes no reports from GitHub: CLAVIGER_GITHUB_KEYS_URL is off.',
  );
}

function findingOf({ token, url, source }: GithubLeaks[number]): Finding {
  const place = /^[\w -]{1,50}$/.test(source ?? '') ? ` (${source})` : '';
  return {
    token,
    reporter: 'github',
    source: `GitHub${place}`,
    url: recordableUrl(url ?? '', [token]),
    note: null,
  };
}
