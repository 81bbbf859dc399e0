import { z } from 'zod';
import {
  apiId,
  environmentId,
  keyId,
  label,
  organizationId,
  paragraph,
  secretId,
} from './primitives.ts';

/** More than the longest that can be presented: a pair under a scheme. */
const MAX_REPORTED_LENGTH = 400;
export const MAX_REPORTED_TOKENS = 100;
export const MAX_LEAK_URL_LENGTH = 2_048;

const reportedTokens = z
  .array(z.string().min(1, 'must not be empty').max(MAX_REPORTED_LENGTH))
  .min(1)
  .max(MAX_REPORTED_TOKENS)
  .meta({ description: 'As they were found; a pair as `pk_…:sk_…` or its secret half alone' });

export const reportLeaksBody = z
  .strictObject({
    tokens: reportedTokens,
    url: z
      .url({ protocol: /^https?$/, error: 'must be an http or https address' })
      .max(MAX_LEAK_URL_LENGTH)
      .optional()
      .meta({ description: 'Where they were found. It goes on record and is never called up' }),
    source: label(100).optional().meta({
      description: 'What found them, or where: `paste site`, `scan of our image`',
    }),
    note: paragraph(1_000).optional().meta({ description: 'For whoever owns the key' }),
  })
  .meta({
    id: 'ReportLeaks',
    example: {
      tokens: ['int_a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6q7r8s9t0u1v2w3x4'],
      url: 'https://example.com/paste/42',
      source: 'paste site',
    },
  });
export type ReportLeaks = z.output<typeof reportLeaksBody>;
export type ReportLeaksInput = z.input<typeof reportLeaksBody>;

export const leaksReported = z
  .object({
    received: z.int().meta({ description: 'Tokens that were sent, whatever becomes of them' }),
  })
  .meta({ id: 'LeaksReported' });
export type LeaksReported = z.infer<typeof leaksReported>;

/** Nobody here decides what GitHub sends: what is not used may be anything. */
const githubText = z.string().max(8_192);

/** A message of the secret scanning partner program: docs.github.com, "Secret scanning partner program". */
export const githubLeaksBody = z
  .array(
    z.object({
      token: githubText,
      type: githubText,
      url: githubText.nullish().meta({ description: 'Where it was found; may be empty' }),
      source: githubText.nullish().meta({ description: '`content`, `commit`, …' }),
    }),
  )
  .max(20_000)
  .meta({
    id: 'GithubLeaks',
    example: [
      {
        token: 'int_a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6q7r8s9t0u1v2w3x4',
        type: 'interact_api_key',
        url: 'https://github.com/octocat/Hello-World/blob/12345600b9cbe38a219f39a9941c9319b600c002/config.env',
        source: 'content',
      },
    ],
  });
export type GithubLeaks = z.output<typeof githubLeaksBody>;

/** The feedback that the program takes; its names are GitHub's. */
export const githubFeedback = z
  .array(
    z.object({
      token_hash: z.string().meta({ description: 'Hex SHA-256 of the token' }),
      token_type: z.string().meta({ description: '`type` as it came' }),
      label: z.enum(['true_positive', 'false_positive']).meta({
        description:
          'Whether it is a secret that was issued here, revoked and expired ones included',
      }),
    }),
  )
  .meta({ id: 'GithubFeedback' });
export type GithubFeedback = z.infer<typeof githubFeedback>;

export const leakRuleFormats = ['json', 'gitleaks', 'github'] as const;

export const leakRulesQuery = z.strictObject({
  format: z.enum(leakRuleFormats).default('json').meta({
    description:
      'gitleaks: a configuration for gitleaks. github: what GitHub asks for, for its partner program and for custom patterns. json: the rules alone',
  }),
  apiId: apiId.optional().meta({ description: 'Those of one API' }),
});

export const leakRule = z
  .object({
    id: z.string().meta({ example: 'interact-secret' }),
    apiId,
    kind: z.enum(['secret', 'pair', 'legacy']),
    description: z.string(),
    pattern: z.string().meta({
      description: 'A regular expression that matches a token and nothing around it',
      example: 'int_[0-9A-Za-z]{48}',
    }),
    keywords: z.array(z.string()).meta({ description: 'One of them is in every token' }),
    checksum: z.boolean().meta({
      description:
        'Whether the last six characters are a checksum of what is before them, which rules false finds out',
    }),
  })
  .meta({ id: 'LeakRule' });
export type LeakRule = z.infer<typeof leakRule>;

export const leakRules = z
  .object({
    rules: z.array(leakRule),
    file: z
      .object({ name: z.string().meta({ example: '.gitleaks.toml' }), content: z.string() })
      .nullable()
      .meta({ description: 'The rules in the format asked for; null for json' }),
  })
  .meta({ id: 'LeakRules' });
export type LeakRules = z.infer<typeof leakRules>;

export const identifyLeaksBody = z.strictObject({ tokens: reportedTokens }).meta({
  id: 'IdentifyLeaks',
  example: { tokens: ['int_a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6q7r8s9t0u1v2w3x4'] },
});
export type IdentifyLeaks = z.output<typeof identifyLeaksBody>;

export const identifiedLeak = z
  .object({
    keyId,
    secretId,
    name: z.string(),
    apiId,
    organizationId,
    environment: environmentId,
    live: z.boolean().meta({
      description:
        'Whether it is accepted now. A key that is not valid yet is not live, and will be',
    }),
    public: z.boolean().meta({
      description: 'A publishable key or the public half of a pair: no secret, so no leak',
    }),
  })
  .meta({ id: 'IdentifiedLeak' });
export type IdentifiedLeak = z.infer<typeof identifiedLeak>;

export const identifiedLeaks = z
  .object({
    data: z.array(identifiedLeak.nullable()).meta({
      description: 'In the order of the tokens; null: no key that the root key can see',
    }),
  })
  .meta({ id: 'IdentifiedLeaks' });
export type IdentifiedLeaks = z.infer<typeof identifiedLeaks>;
