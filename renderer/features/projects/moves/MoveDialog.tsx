import { Button, Textarea } from '@mantine/core';
import { IconCircleX } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { paths } from '../../../app/paths.ts';
import { Dialog } from '../../../ui/Dialog.tsx';
import { submitOnCtrlEnter } from '../../../ui/submit-key.ts';
import { useMissingText } from './missing-text.ts';
import { onlyReasonMissing } from './move-option.ts';
import { closeAskedMove, useAskedMove, useMove } from './use-move.ts';
import classes from './moves.module.css';

export function MoveDialog() {
  const { t } = useTranslation();
  const asked = useAskedMove((state) => state.asked);
  if (!asked) return null;
  const { project, target, option } = asked;
  const words = { code: project.project_id, stage: target.name };
  const completes = target.id === null;
  const title = onlyReasonMissing(option)
    ? t(completes ? 'projects.move.reasonCompleteTitle' : 'projects.move.reasonTitle', words)
    : t(completes ? 'projects.move.blockedComplete' : 'projects.move.blockedTitle', words);
  return (
    <Dialog onClose={closeAskedMove} title={title} size="lg">
      <MoveDialogBody key={`${project.id} ${target.id ?? ''}`} asked={asked} />
    </Dialog>
  );
}

type Asked = NonNullable<ReturnType<typeof useAskedMove.getState>['asked']>;

function MoveDialogBody({ asked: { project, target, option } }: { asked: Asked }) {
  const { t } = useTranslation();
  const missingText = useMissingText();
  const move = useMove();
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);

  const confirm = async () => {
    setTried(true);
    if (!reason.trim() || busy) return;
    setBusy(true);
    const moved = await move(project, target, reason);
    setBusy(false);
    if (moved) closeAskedMove();
  };

  return (
    <form
      className={classes['dialog']}
      // The browser would ask for a missing reason in its own language.
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void confirm();
      }}
    >
      <h3 className={classes['missingTitle']}>{t('projects.move.missingTitle')}</h3>
      <ul className={classes['missing']}>
        {option.missing.map((missing) => (
          <li key={`${missing.code} ${missing.detail}`}>
            <IconCircleX size={16} aria-hidden className={classes['cross']} />
            {missingText(missing)}
          </li>
        ))}
      </ul>
      {option.reason_helps && (
        <>
          <p className={classes['hint']}>{t('projects.move.managerHint')}</p>
          <Textarea
            label={t('projects.move.reason')}
            required
            autosize
            minRows={2}
            maxRows={8}
            maxLength={2000}
            data-autofocus
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            onKeyDown={submitOnCtrlEnter}
            error={tried && !reason.trim() && t('projects.move.reasonRequired')}
          />
        </>
      )}
      <div className={classes['actions']}>
        <Button component="a" href={`#${paths.project(project.id)}`} variant="subtle" onClick={closeAskedMove}>
          {t('projects.move.openProject')}
        </Button>
        <span className={classes['gap']} />
        <Button variant="default" onClick={closeAskedMove}>
          {t(option.reason_helps ? 'app.actions.cancel' : 'app.actions.close')}
        </Button>
        {option.reason_helps && (
          <Button type="submit" loading={busy}>
            {t(onlyReasonMissing(option) ? 'projects.move.withReason' : 'projects.move.anyway')}
          </Button>
        )}
      </div>
    </form>
  );
}
