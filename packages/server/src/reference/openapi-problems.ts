import { type ProblemCode, problem, problems } from '@claviger/contract';
import type { ZodOpenApiResponsesObject } from 'zod-openapi';

/** One response for each status, which names the codes that it stands for. */
export function problemResponses(codes: readonly ProblemCode[]): ZodOpenApiResponsesObject {
  const byStatus = Map.groupBy(codes, (code) => problems[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, group]) => [String(status), problemResponse(status, group)]),
  );
}

function problemResponse(status: number, codes: readonly ProblemCode[]) {
  return {
    description: codes.map((code) => `- \`${code}\`: ${problems[code].title}`).join('\n'),
    headers: problemHeaders(status, codes),
    content: { 'application/problem+json': { schema: problem } },
    'x-problem-codes': codes,
  };
}

function problemHeaders(status: number, codes: readonly ProblemCode[]) {
  const names = ['X-Request-Id'];
  // RFC 6750, section 3: the challenge comes with 401, and with 403 when a permission is missing.
  if (status === 401 || codes.includes('INSUFFICIENT_PERMISSIONS')) names.push('WWW-Authenticate');
  if (status === 429) names.push(...limitHeaders);
  if (status === 429 || status === 503 || codes.includes('IDEMPOTENCY_IN_PROGRESS')) {
    names.push('Retry-After');
  }
  return headerReferences(names);
}

/** Where limits apply to the presented key. */
export const limitHeaders = ['RateLimit-Policy', 'RateLimit'] as const;

/** Response headers by name; the document's components define them. */
export const headerReferences = (names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
