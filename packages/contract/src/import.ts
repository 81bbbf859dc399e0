import { z } from 'zod';
import { effective } from './effective.ts';
import { createKeyBody } from './key.ts';
import { keyId, label, timestamp } from './primitives.ts';
import { problemCodes } from './problems.ts';

/** Entries of one JSON body at most: beyond it, a stream answers while it is sent. */
export const MAX_IMPORT_ENTRIES = 10_000;

/** Of a stream: what a day of importing takes; whoever has more sends it in parts. */
export const MAX_IMPORT_LINES = 1_000_000;

/** As much as a key that is created may take. */
export const MAX_IMPORT_LINE_BYTES = 64 * 1024;

export const importHash = z
  .strictObject({
    algorithm: z.string().max(32).meta({
      description: '"sha256". Salted, slow and keyed hashes cannot be looked up',
      example: 'sha256',
    }),
    encoding: z.enum(['hex', 'base64', 'base64url']).meta({
      description: 'How the 32 bytes are written; base64 with its padding or without',
    }),
    value: z.string().max(512).meta({
      description:
        'Of the whole key as its holder presents it. A mark of the algorithm before it, such as "sha256:" or "{SHA256}", is accepted',
      example: '4b0d6a934ff97b37b8b7da4abbd92ebad184eea7c563dae567e8342b95a05e7a',
    }),
  })
  .meta({ id: 'ImportHash' });
export type ImportHash = z.output<typeof importHash>;

export const importKey = z
  .strictObject({
    ...createKeyBody.shape,
    hash: importHash.optional().meta({
      description: 'Of its secret: for secret keys and pairs',
    }),
    publicKey: z
      .string()
      .regex(/^[\x21-\x39\x3b-\x7e]{8,256}$/, 'must be 8 to 256 characters of ASCII without colon')
      .optional()
      .meta({
        description: 'The key itself where it is public: of publishable keys and pairs',
      }),
    hint: label(48).optional().meta({
      description: 'How people recognize it: its first and last characters, never all of it',
      example: 'old_a1b2…w3x4',
    }),
    createdAt: timestamp.optional().meta({
      description:
        'When it was issued; now when left out. The API’s maximum of days counts from it',
    }),
    native: z.boolean().default(false).meta({
      description:
        'Issued by another Claviger: its checksum lets it pass without one of the API’s legacyFormats',
    }),
  })
  .meta({
    id: 'ImportKey',
    example: {
      apiId: 'interact',
      organizationId: 'acme',
      name: 'Production scheduler',
      permissions: ['agent_jobs_trigger'],
      hash: {
        algorithm: 'sha256',
        encoding: 'hex',
        value: '4b0d6a934ff97b37b8b7da4abbd92ebad184eea7c563dae567e8342b95a05e7a',
      },
      hint: 'old_a1b2…w3x4',
    },
  });
export type ImportKey = z.output<typeof importKey>;
export type ImportKeyInput = z.input<typeof importKey>;

/** Each entry is checked on its own, as an `importKey`, so that one that is wrong fails alone. */
export const importKeysBody = z.strictObject({
  keys: z.array(z.json()).min(1).max(MAX_IMPORT_ENTRIES),
});

/** What to send, for whoever reads about it. */
export const importKeysDocument = z
  .strictObject({ keys: z.array(importKey).min(1).max(MAX_IMPORT_ENTRIES) })
  .meta({ id: 'ImportKeys' });
export type ImportKeysInput = z.input<typeof importKeysDocument>;

const index = z.int().min(0).meta({ description: 'The place of the entry; the first is 0' });

export const importedKey = z.object({ index, id: keyId }).meta({ id: 'ImportedKey' });
export type ImportedKey = z.output<typeof importedKey>;

export const importFailure = z
  .object({
    index,
    code: z.enum(problemCodes),
    message: z.string().meta({ description: 'What is wrong with the entry, and what to do' }),
  })
  .meta({ id: 'ImportFailure' });
export type ImportFailure = z.output<typeof importFailure>;

export const keysImported = z
  .object({
    imported: z.int().min(0).meta({ description: 'How many keys there are now that were not' }),
    failed: z.array(importFailure).meta({ description: 'Nothing was done for any of these' }),
    keys: z.array(importedKey),
    effective,
  })
  .meta({ id: 'KeysImported' });
export type KeysImported = z.output<typeof keysImported>;

export const importSummary = z
  .object({ imported: z.int().min(0), failed: z.int().min(0), effective })
  .meta({ id: 'ImportSummary' });
export type ImportSummary = z.output<typeof importSummary>;

/** A line of the answer to a stream: one for each entry, in their order, and the summary last. */
export const importLine = z
  .union([importedKey, importFailure, importSummary])
  .meta({ id: 'ImportLine' });
export type ImportLine = z.output<typeof importLine>;
