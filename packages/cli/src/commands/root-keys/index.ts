import type { Command } from 'commander';
import { group } from '../../api-command.ts';
import { createRootKeyCommand } from './create.ts';
import { listRootKeysCommand } from './list.ts';
import { revokeRootKeyCommand } from './revoke.ts';

export const rootKeysCommand = (): Command =>
  group('root-keys', 'Create, list and revoke the keys that manage Claviger itself', [
    createRootKeyCommand(),
    listRootKeysCommand(),
    revokeRootKeyCommand(),
  ]);
