import { useQuery } from '@tanstack/react-query';
import { post } from '../lib/session.ts';
import { texts } from '../texts.ts';
import { CodeField } from '../ui/credential-fields.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { useConfirmed } from '../ui/confirmed.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';

const words = texts.account.secondFactor;

/** Modules of light around the code, as ISO/IEC 18004 asks for. */
const QUIET_ZONE = 4;

interface ScanSecretProps {
  /** `otpauth://…`, as apps read it. */
  uri: string;
  onClose: () => void;
  onDone: () => Promise<void>;
}

/** Hands the secret to an app, and takes its first code as proof that it has arrived. */
export function ScanSecret({ uri, onClose, onDone }: ScanSecretProps) {
  const confirm = useConfirmed((code: string) => post('/auth/second-factor/confirm', { code }), {
    onSuccess: onDone,
  });
  const secret = new URL(uri).searchParams.get('secret') ?? '';
  return (
    <>
      <FormDialog
        title={words.scan}
        body={words.scanBody}
        submit={words.confirm}
        busy={confirm.isPending}
        fault={confirm.fault}
        onSubmit={(form) => confirm.mutate(String(form.get('code')))}
        onCancel={onClose}
      >
        <QrCode text={uri} />
        <div className="grid gap-1.5">
          <p className="text-sm font-medium">{words.byHand}</p>
          <div data-copied className="flex items-start gap-2">
            <code className="min-w-0 flex-1 rounded-md bg-sunken px-3 py-2 font-mono text-sm">
              {secret.match(/.{1,4}/g)?.join(' ')}
            </code>
            <CopyButton text={secret} what={words.key} />
          </div>
        </div>
        <CodeField kind="code" />
      </FormDialog>
      {confirm.again}
    </>
  );
}

/** Drawn by the page itself, dark on light in either theme: not every app reads the other way round. */
function QrCode({ text }: { text: string }) {
  const drawn = useQuery({
    queryKey: ['qr', text],
    // It holds the secret.
    gcTime: 0,
    queryFn: async () => {
      const { encode } = await import('uqr');
      return encode(text, { border: QUIET_ZONE });
    },
  });
  const { data = [], size = 1 } = drawn.data ?? {};
  const path = data.flatMap((row, y) =>
    row.flatMap((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : [])),
  );
  return (
    <svg
      role="img"
      aria-label={words.picture}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
      className="size-48 justify-self-center rounded-md bg-white text-black"
    >
      <path d={path.join('')} fill="currentColor" />
    </svg>
  );
}
