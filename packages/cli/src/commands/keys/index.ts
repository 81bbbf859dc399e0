import type { Command } from 'commander';
import { group } from '../../api-command.ts';
import { bulkCommands } from './bulk/index.ts';
import { createKeyCommand } from './create.ts';
import { deleteKeyCommand } from './delete.ts';
import { disableKeyCommand } from './disable.ts';
import { enableKeyCommand } from './enable.ts';
import { endSecretCommand } from './end-secret.ts';
import { importKeysCommand } from './import.ts';
import { listKeysCommand } from './list.ts';
import { regenerateKeyCommand } from './regenerate.ts';
import { replaceKeyCommand } from './replace.ts';
import { revokeKeyCommand } from './revoke.ts';
import { rotateKeyCommand } from './rotate.ts';
import { showKeyCommand } from './show.ts';
import { updateKeyCommand } from './update.ts';

export const keysCommand = (): Command =>
  group('keys', 'Create, list, change, rotate and revoke keys', [
    createKeyCommand(),
    listKeysCommand(),
    showKeyCommand(),
    updateKeyCommand(),
    replaceKeyCommand(),
    rotateKeyCommand(),
    regenerateKeyCommand(),
    disableKeyCommand(),
    enableKeyCommand(),
    revokeKeyCommand(),
    deleteKeyCommand(),
    endSecretCommand(),
    importKeysCommand(),
    bulkCommands(),
  ]);
