import { connect } from 'node:net';

/** Writes the bytes as they are and answers everything that comes back until the server closes the connection. */
export function exchange(url: string, ...parts: readonly (string | Uint8Array)[]): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(Number(port), hostname);
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.once('error', reject);
    socket.once('end', () => {
      socket.end();
      resolve(Buffer.concat(chunks).toString('utf8'));
    });
    for (const part of parts) socket.write(part);
  });
}

/** The answers in what `exchange` returned: their status, their header block and their body. */
export function answersIn(text: string): { status: number; head: string; body: string }[] {
  return text
    .split(/(?=HTTP\/1\.1 \d{3} )/)
    .filter((part) => part !== '')
    .map((part) => {
      const [head = '', body = ''] = part.split('\r\n\r\n', 2);
      return { status: Number(head.slice(9, 12)), head, body };
    });
}
