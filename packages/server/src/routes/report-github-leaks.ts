import { hash } from 'node:crypto';
import { operations, type GithubLeaks } from '@claviger/contract';
import { recordableUrl, RefusedError, type Finding } from '@claviger/core';
import { openRoute, type OpenHead } from '../http/route.ts';
import type { GithubKeys } from '../leaks/github-keys.ts';
import { assertSignedByGithub, readGithubSignature } from '../leaks/github-signature.ts';

export const reportGithubLeaksRoute = openRoute(
  operations.reportGithubLeaks,
  async ({ claviger, source, body }) => {
    const known = await claviger.leaks.deal(body.map(findingOf), source);
    return body.map(({ token, type }, index) => ({
      token_hash: hash('sha256', token),
      token_type: type,
      label: known[index] === true ? ('true_positive' as const) : ('false_positive' as const),
    }));
  },
  {
    admit(head) {
      keysOf(head);
      readGithubSignature(head.headers);
      return head.surface.claviger.leaks.admitUnproven(head.source.ip);
    },
    prove: (head, body) =>
      assertSignedByGithub(keysOf(head), readGithubSignature(head.headers), body),
  },
);

/** Throws `RefusedError` ROUTE_NOT_FOUND where the operator has switched it off. */
function keysOf({ surface }: OpenHead): GithubKeys {
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
