import type { Insight, PatchKey } from '@claviger/contract';
import { keyPageTexts } from '../../texts/key-page.ts';
import { useKeyView, type EditedField, type KeyView } from './key-view.ts';

const words = keyPageTexts.findings.actions;

interface FindingAction {
  readonly name: string;
  /** `replace`: it is a page of its own. */
  readonly perform: 'replace' | (() => void);
}

/** The one thing that ends a finding, as the server proposes it: an editor with the proposal in it, or a question. Null: none here. */
export function useFindingAction(finding: Insight): FindingAction | null {
  const { ask, edit } = useKeyView();
  return actionFor(finding, { ask, edit });
}

function actionFor(
  finding: Insight,
  { ask, edit }: Pick<KeyView, 'ask' | 'edit'>,
): FindingAction | null {
  const editing = (field: EditedField & keyof typeof words): FindingAction => ({
    name: words[field],
    perform: () => edit(field, (finding.action.body ?? {}) as PatchKey),
  });
  switch (finding.kind) {
    case 'SECRET_IN_BROWSER':
      return { name: words.rotate, perform: () => ask({ to: 'rotate' }) };
    case 'NEW_NETWORK':
      return editing('allowedIps');
    case 'OLD_SECRET_IN_USE': {
      const { secretId, hint } = finding.evidence;
      return { name: words.endSecret, perform: () => ask({ to: 'endSecret', secretId, hint }) };
    }
    case 'EXPIRING_KEY':
      return finding.action.method === 'PATCH'
        ? editing('expiresAt')
        : { name: words.replace, perform: 'replace' };
    case 'UNUSED_KEY':
      return { name: words.disable, perform: () => ask({ to: 'disable' }) };
    case 'UNUSED_PERMISSION':
      return editing('permissions');
    case 'VAGUE_NAME':
      return editing('name');
    case 'PROBING':
      return null;
  }
}
