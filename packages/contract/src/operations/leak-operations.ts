import {
  githubFeedback,
  githubLeaksBody,
  identifiedLeaks,
  identifyLeaksBody,
  leakRules,
  leakRulesQuery,
  leaksReported,
  reportLeaksBody,
} from '../leak.ts';
import { BULK_BODY_LIMIT_BYTES } from '../operation.ts';
import { accepted, define, ok } from './define.ts';

const reportLeaks = define({
  id: 'reportLeaks',
  method: 'POST',
  path: '/v1/leaks',
  tag: 'Leaks',
  summary: 'Report keys that were found in public',
  description:
    'For whoever finds a key where it should not be. The answer is the same whether a token is known here or not, and comes before anything is looked up; then `onLeak` of the key’s API is done, once a day for each secret. Public keys are no secrets, so nothing happens to them. Limited for each address.',
  permission: 'none',
  body: reportLeaksBody,
  success: accepted(leaksReported),
  problems: ['RATE_LIMITED'],
});

const reportGithubLeaks = define({
  id: 'reportGithubLeaks',
  method: 'POST',
  path: '/v1/leaks/github',
  tag: 'Leaks',
  summary: 'Take a message of GitHub’s secret scanning partner program',
  description:
    'Signed by GitHub: `Github-Public-Key-Identifier` names the key, `Github-Public-Key-Signature` is an ECDSA P-256 signature with SHA-256 over the body. Answers when everything was dealt with, with the feedback GitHub asks for.',
  permission: 'none',
  body: githubLeaksBody,
  bodyLimitBytes: BULK_BODY_LIMIT_BYTES,
  success: ok(githubFeedback),
  problems: [
    'SIGNATURE_NOT_VALID',
    'SIGNATURE_KEYS_UNAVAILABLE',
    'ROUTE_NOT_FOUND',
    'RATE_LIMITED',
  ],
});

const identifyLeaks = define({
  id: 'identifyLeaks',
  method: 'POST',
  path: '/v1/leaks/identify',
  tag: 'Leaks',
  summary: 'Whose are these tokens, and are they live?',
  description:
    'Looks and does nothing: nothing is counted, charged or reported. Keys that the root key cannot see are answered as if unknown.',
  permission: 'keys:read',
  body: identifyLeaksBody,
  success: ok(identifiedLeaks),
  problems: [],
});

const getLeakRules = define({
  id: 'getLeakRules',
  method: 'GET',
  path: '/v1/leaks/rules',
  tag: 'Leaks',
  summary: 'Rules that find the secrets of your APIs',
  description:
    'One for each format of secret that the APIs issue or take, for scanners of your own and for GitHub. Public keys have none.',
  permission: 'apis:read',
  query: leakRulesQuery,
  success: ok(leakRules),
  problems: ['API_NOT_FOUND'],
});

export const leakOperations = {
  reportLeaks,
  reportGithubLeaks,
  identifyLeaks,
  getLeakRules,
} as const;
