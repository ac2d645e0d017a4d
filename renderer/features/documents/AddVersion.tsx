import { Button, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { DESCRIPTION_LENGTH } from '../../../shared/api/documents.ts';
import type { TakenFile } from '../../../shared/api/files.ts';
import { call } from '../../app/bridge.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { useDocumentErrorText } from './document-words.ts';
import classes from './Documents.module.css';
import { FileChoice } from './FileChoice.tsx';

/** Another file takes the place of the current one, which stays as an old version. */
export function AddVersion({ id, close }: { id: string; close: () => void }) {
  const { t } = useTranslation();
  const errorText = useDocumentErrorText();
  const [files, setFiles] = useState<readonly TakenFile[]>([]);
  const [summary, setSummary] = useState('');
  const [checked, setChecked] = useState(false);
  const [file] = files;
  const add = useMutation({
    mutationFn: (chosen: TakenFile) =>
      call('documents.addVersion', { id, file: chosen, change_summary: summary.trim() === '' ? null : summary }),
    onSuccess: close,
  });
  const onSubmit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    setChecked(true);
    if (file) add.mutate(file);
  };
  return (
    <Dialog onClose={close} size="lg" title={t('documents.versions.add')}>
      <form className={classes['form']} onSubmit={onSubmit} noValidate>
        <FileChoice files={files} change={setFiles} checked={checked} />
        <Textarea
          label={t('documents.versions.summary')}
          autosize
          minRows={2}
          maxRows={8}
          maxLength={DESCRIPTION_LENGTH}
          value={summary}
          onChange={(event) => setSummary(event.currentTarget.value)}
        />
        {add.error && (
          <p className={classes['problem']} role="alert">
            {errorText(add.error)}
          </p>
        )}
        <div className={classes['actions']}>
          <Button variant="default" onClick={close}>
            {t('app.actions.cancel')}
          </Button>
          <Button type="submit" loading={add.isPending}>
            {t('documents.versions.add')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
