import { randomBytes } from 'node:crypto';
import { Client } from 'pg';

/** Makes an empty database on the server of `baseUrl` and returns its URL. It goes away with the server. */
export async function createDatabase(baseUrl: string): Promise<string> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  const client = new Client({ connectionString: baseUrl });
  await client.connect();
  try {
    await client.query(`create database ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
  const url = new URL(baseUrl);
  url.pathname = `/${name}`;
  return url.href;
}
