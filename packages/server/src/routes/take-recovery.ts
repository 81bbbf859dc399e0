import { operations } from '@claviger/contract';
import { previewRecovery, takeRecovery } from '@claviger/core';
import { tellRecovered } from '../accounts/recovery.ts';
import { assertOwnOrigin } from '../accounts/session-caller.ts';
import { openRoute } from '../http/route.ts';

export const takeRecoveryRoute = openRoute(
  operations.takeRecovery,
  async ({ claviger, surface, source, headers, body, showLimits, setCookie }) => {
    const { accounts, linkLimits } = surface;
    const admission = linkLimits.recoveries.take(source.ip, 1);
    showLimits(admission.limits);
    // A browser says where a request comes from; what else asks acts for nobody who could be misled.
    if (headers.has('origin')) assertOwnOrigin(accounts, headers);
    // Before a stranger makes this process hash a password: that is slow on purpose.
    await previewRecovery(claviger, body.token);
    const passwordHash = await accounts.hashPassword(body.password);
    const { ip, requestId } = source;
    const taken = await takeRecovery(claviger, { ip, requestId }, body.token, passwordHash);
    admission.giveBack();
    // Whoever guessed before keeps nobody from signing in with the new one.
    setCookie(accounts.devices.cookieFor(taken.email));
    tellRecovered(surface, source, taken.email);
    return taken;
  },
);
