import { Button, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../../../ui/Dialog.tsx';
import { submitOnCtrlEnter } from '../../../ui/submit-key.ts';
import classes from './Checklist.module.css';

interface Props {
  title: string;
  label: string;
  /** Who will read the reason. */
  hint?: string;
  action: string;
  close: () => void;
  give: (reason: string) => void;
}

/** Asks for a reason that whoever comes next needs to know. */
export function ReasonDialog({ title, label, hint, action, close, give }: Props) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  return (
    <Dialog onClose={close} title={title}>
      <form
        className={classes['dialog']}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!reason.trim()) return;
          give(reason.trim());
          close();
        }}
      >
        <Textarea
          label={label}
          description={hint}
          required
          autosize
          minRows={2}
          maxLength={2000}
          data-autofocus
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          onKeyDown={submitOnCtrlEnter}
        />
        <div className={classes['actions']}>
          <Button variant="default" onClick={close}>
            {t('app.actions.cancel')}
          </Button>
          <Button type="submit" disabled={!reason.trim()}>
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
