import type { Command } from 'commander';
import { group } from '../../../api-command.ts';
import { bulkCommand } from './bulk-command.ts';

export const bulkCommands = (): Command =>
  group('bulk', 'Revoke, disable or enable many keys at once', [
    bulkCommand({
      action: 'revoke',
      done: 'Revoked',
      description: 'Revoke every key that the filters mean',
      example: 'claviger keys bulk revoke --owner user_42 --dry-run',
    }),
    bulkCommand({
      action: 'disable',
      done: 'Disabled',
      description: 'Switch off every key that the filters mean',
      example: 'claviger keys bulk disable --organization acme --environment staging',
    }),
    bulkCommand({
      action: 'enable',
      done: 'Enabled',
      description: 'Switch on again every key that the filters mean',
      example: 'claviger keys bulk enable --organization acme --metadata plan=pro',
    }),
  ]);
