import type { Member, RecoveryMade } from '@claviger/contract';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Option } from '../fields/field-group.tsx';
import { clientFor, explain } from '../lib/api.ts';
import { wantsSignIn } from '../lib/session.ts';
import { fill, texts } from '../texts.ts';
import { recoveryTexts } from '../texts/recovery.ts';
import { Button } from '../ui/button.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { LinkShown, ShownOnce } from '../ui/shown-once.tsx';
import { SignInAgain } from '../ui/sign-in-again.tsx';

const { make } = recoveryTexts;

interface RecoverMemberProps {
  of: Member;
  onClose: () => void;
}

/** For operators: a link for somebody who lost their password, shown once. */
export function RecoverMember({ of: { name, email }, onClose }: RecoverMemberProps) {
  const [removesSecondFactor, setRemoves] = useState(false);
  const [made, setMade] = useState<RecoveryMade | null>(null);
  const create = useMutation({
    // Of no organization: an account may belong to several.
    mutationFn: () => clientFor(null).recoveries.create({ email, removesSecondFactor }),
    // Not kept among the answers: the link is in this component alone, and gone with it.
    gcTime: 0,
    onSuccess: (answer) => {
      setMade(answer);
      create.reset();
    },
  });
  if (create.isError && wantsSignIn(create.error)) {
    return <SignInAgain onDone={() => create.mutate()} onCancel={onClose} />;
  }
  if (made !== null) {
    return (
      <ShownOnce
        title={make.made}
        body={fill(removesSecondFactor ? make.madeBodyBoth : make.madeBody, { email })}
        className="max-w-2xl gap-4"
      >
        <LinkShown of={made.link} label={fill(make.link, { email })} />
        <div className="flex justify-end">
          <Button look="primary" onClick={onClose}>
            {texts.members.made.done}
          </Button>
        </div>
      </ShownOnce>
    );
  }
  return (
    <Confirm
      title={fill(make.title, { name })}
      body={fill(make.body, { email })}
      action={make.confirm}
      busy={create.isPending}
      fault={create.isError ? explain(create.error) : null}
      onConfirm={() => create.mutate()}
      onCancel={onClose}
    >
      <Option
        type="checkbox"
        name="removesSecondFactor"
        title={make.secondFactor}
        hint={make.secondFactorHint}
        checked={removesSecondFactor}
        onChange={() => setRemoves(!removesSecondFactor)}
      />
    </Confirm>
  );
}
