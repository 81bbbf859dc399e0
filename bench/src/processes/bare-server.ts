import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerAsks, cpuTime } from './process.ts';

/** The least that can be called a JSON service: reads, parses, answers, and decides nothing. */
let answer: unknown;

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    JSON.parse(Buffer.concat(chunks).toString('utf8'));
    const body = JSON.stringify(answer);
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    });
    response.end(body);
  });
});

async function start(given: unknown): Promise<{ url: string }> {
  answer = given;
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

answerAsks({ start, cpuTime });
