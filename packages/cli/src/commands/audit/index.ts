import type { Command } from 'commander';
import { group } from '../../api-command.ts';
import { exportAuditCommand } from './export.ts';
import { listAuditCommand } from './list.ts';
import { auditPublicKeyCommand } from './public-key.ts';
import { showAuditCommand } from './show.ts';
import { verifyAuditCommand } from './verify.ts';

export const auditCommand = (): Command =>
  group('audit', 'List, show, export and verify the audit log', [
    listAuditCommand(),
    showAuditCommand(),
    exportAuditCommand(),
    verifyAuditCommand(),
    auditPublicKeyCommand(),
  ]);
