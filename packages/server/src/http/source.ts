import type { RequestContext } from '../app.ts';
import type { Surface } from '../surface.ts';
import type { Source } from './authenticate.ts';
import { clientAddress } from './client-address.ts';

/** Where the request came from. */
export function sourceOf({ config }: Surface, c: RequestContext): Source {
  const connection = c.env.incoming.socket.remoteAddress;
  const ip = clientAddress(connection, c.req.header('x-forwarded-for'), config.trustedProxies);
  return {
    ip,
    origin: c.req.header('origin') ?? null,
    userAgent: c.req.header('user-agent') ?? null,
    method: c.req.method,
    path: c.env.incoming.url ?? null,
    requestId: c.get('requestId'),
  };
}
