import { key, keyChanged, revokeKeyBody } from '../key.ts';
import { BULK_BODY_LIMIT_BYTES } from '../operation.ts';
import { batchDecided, decision, verifyBatchBody, verifyBody } from '../verification.ts';
import { define, ok } from './define.ts';

const verifyKey = define({
  id: 'verifyKey',
  method: 'POST',
  path: '/v1/keys/verify',
  tag: 'Verification',
  summary: 'Verify a presented key',
  description:
    'Answers 200 for every decision; its `status` is what the protected API should answer. The codes are decided in the order of the enumeration, first match wins.',
  permission: 'keys:verify',
  body: verifyBody,
  success: ok(decision),
  problems: ['API_NOT_FOUND', 'OVERLOADED'],
});

const verifyBatch = define({
  id: 'verifyBatch',
  method: 'POST',
  path: '/v1/keys/verify-batch',
  tag: 'Verification',
  summary: 'Verify up to 1,000 presented keys',
  permission: 'keys:verify',
  body: verifyBatchBody,
  bodyLimitBytes: BULK_BODY_LIMIT_BYTES,
  success: ok(batchDecided),
  problems: ['API_NOT_FOUND', 'OVERLOADED'],
});

const getMe = define({
  id: 'getMe',
  method: 'GET',
  path: '/v1/me',
  tag: 'For any key',
  summary: 'Who am I?',
  description: 'The presented key describes itself: a harmless first request.',
  permission: 'any',
  success: ok(key),
  problems: [],
});

const revokeMe = define({
  id: 'revokeMe',
  method: 'POST',
  path: '/v1/me/revoke',
  tag: 'For any key',
  summary: 'Revoke the presented key',
  description:
    'The holder of a leaked key switches it off. Refused for public keys, which anyone can read.',
  permission: 'any',
  body: revokeKeyBody,
  success: ok(keyChanged),
  problems: ['NOT_A_SECRET_KEY'],
});

export const verificationOperations = {
  verifyKey,
  verifyBatch,
  getMe,
  revokeMe,
} as const;
