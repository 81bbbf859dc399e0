// Checks an audit export, NDJSON on standard input, by the rule in audit.md and nothing else of Claviger's.
import { createHash } from 'node:crypto';
import { createInterface } from 'node:readline';

function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const member = (name) => `${JSON.stringify(name)}:${canonical(value[name])}`;
  return `{${Object.keys(value).toSorted().map(member).join(',')}}`;
}

let last = { sequence: 0, hash: '0'.repeat(64) };
for await (const line of createInterface({ input: process.stdin })) {
  const { hash, previousHash, ...event } = JSON.parse(line);
  const text = `${last.hash}\n${canonical({ ...event, at: Date.parse(event.at) })}`;
  const isNext = event.sequence === last.sequence + 1 && previousHash === last.hash;
  if (!isNext || hash !== createHash('sha256').update(text).digest('hex')) {
    process.stderr.write(`event ${event.sequence} does not continue event ${last.sequence}\n`);
    process.exit(1);
  }
  last = { sequence: event.sequence, hash };
}
process.stdout.write(`whole: ${last.sequence} events, the last hash is ${last.hash}\n`);
