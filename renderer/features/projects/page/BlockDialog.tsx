import { Button, Modal, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SubStageRow } from '../../../../shared/api/projects.ts';
import classes from './Checklist.module.css';

interface Props {
  step: Pick<SubStageRow, 'name'>;
  close: () => void;
  block: (reason: string) => void;
}

/** A blocked step always says why: whoever unblocks it needs to know. */
export function BlockDialog({ step, close, block }: Props) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  return (
    <Modal
      opened
      onClose={close}
      title={t('projects.checklist.blockTitle', { name: step.name })}
      closeButtonProps={{ 'aria-label': t('app.actions.close') }}
    >
      <form
        className={classes['dialog']}
        onSubmit={(event) => {
          event.preventDefault();
          block(reason.trim());
          close();
        }}
      >
        <Textarea
          label={t('projects.checklist.blockReason')}
          required
          autosize
          minRows={2}
          maxLength={2000}
          data-autofocus
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <div className={classes['actions']}>
          <Button variant="default" onClick={close}>
            {t('app.actions.cancel')}
          </Button>
          <Button type="submit" disabled={!reason.trim()}>
            {t('projects.checklist.block')}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
