import { operations } from '@claviger/contract';
import { previewRecovery } from '@claviger/core';
import { openRoute } from '../http/route.ts';

export const previewRecoveryRoute = openRoute(
  operations.previewRecovery,
  async ({ claviger, surface, source, body, showLimits }) => {
    const admission = surface.linkLimits.recoveries.take(source.ip, 1);
    showLimits(admission.limits);
    const recovery = await previewRecovery(claviger, body.token);
    admission.giveBack();
    return recovery;
  },
);
