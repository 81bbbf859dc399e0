// Writes packages/server/openapi.json, which is committed: a change of the HTTP surface shows in review.
import { readFileSync, writeFileSync } from 'node:fs';
import { openApiDocument } from '../packages/server/src/reference/openapi-document.ts';

const server = new URL('../packages/server/', import.meta.url);
const { version } = JSON.parse(readFileSync(new URL('package.json', server), 'utf8')) as {
  version: string;
};

const document = openApiDocument({ publicUrl: 'http://localhost:8787', version });
writeFileSync(new URL('openapi.json', server), `${JSON.stringify(document, null, 2)}\n`);
