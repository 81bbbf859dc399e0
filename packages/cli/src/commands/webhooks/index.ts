import type { Command } from 'commander';
import { group } from '../../api-command.ts';
import { createWebhookCommand } from './create.ts';
import { deleteWebhookCommand } from './delete.ts';
import { deliveriesCommand } from './deliveries.ts';
import { listWebhooksCommand } from './list.ts';
import { redeliverCommand } from './redeliver.ts';
import { rotateWebhookSecretCommand } from './rotate-secret.ts';
import { showWebhookCommand } from './show.ts';
import { testWebhookCommand } from './test.ts';
import { updateWebhookCommand } from './update.ts';

export const webhooksCommand = (): Command =>
  group('webhooks', 'Have systems and people told what happens to keys', [
    listWebhooksCommand(),
    showWebhookCommand(),
    createWebhookCommand(),
    updateWebhookCommand(),
    rotateWebhookSecretCommand(),
    testWebhookCommand(),
    deliveriesCommand(),
    redeliverCommand(),
    deleteWebhookCommand(),
  ]);
