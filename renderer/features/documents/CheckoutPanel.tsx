import { Button, TextInput } from '@mantine/core';
import { IconUserCheck, IconUserEdit } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { NOTE_LENGTH, type DocumentPage } from '../../../shared/api/documents.ts';
import { useSession } from '../../app/app-store.ts';
import { call } from '../../app/bridge.ts';
import { notifyFailure } from '../../ui/notify.tsx';
import { useFormat } from '../../ui/use-format.ts';
import { Panel } from '../projects/page/Panel.tsx';
import { useDocumentErrorText } from './document-words.ts';
import classes from './Documents.module.css';

/** Who is working on the document elsewhere: a note to others, which holds back nothing but new versions. */
export function CheckoutPanel({ page: { document, may } }: { page: DocumentPage }) {
  const { t } = useTranslation();
  const format = useFormat();
  const errorText = useDocumentErrorText();
  const { id: me } = useSession().person;
  const [note, setNote] = useState('');
  const { id, checked_out_by: by, checked_out_name, checked_out_at, checkout_note } = document;
  const act = useMutation({
    mutationFn: (work: () => Promise<unknown>) => work(),
    onSuccess: () => setNote(''),
    onError: (error) => notifyFailure(t('documents.checkout.failed'), errorText(error)),
  });
  const onSubmit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    act.mutate(() => call('documents.checkOut', { id, note: note.trim() === '' ? null : note }));
  };
  const name = checked_out_name ?? t('app.value.none');
  const since = checked_out_at === null ? t('app.value.none') : format.dateTime(checked_out_at);
  return (
    <Panel heading={t('documents.checkout.title')}>
      <p className={classes['sentence']} role="status">
        {by === null ? t('documents.checkout.free') : by === me ? t('documents.checkout.mine', { since }) : t('documents.checkout.other', { name, since })}
      </p>
      {checkout_note && <blockquote className={classes['quote']}>{checkout_note}</blockquote>}
      {may.check_out && (
        <form className={classes['inline']} onSubmit={onSubmit}>
          <TextInput
            className={classes['grow']}
            label={t('documents.checkout.note')}
            maxLength={NOTE_LENGTH}
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
          <Button type="submit" variant="default" loading={act.isPending} leftSection={<IconUserEdit size={16} aria-hidden />}>
            {t('documents.checkout.take')}
          </Button>
        </form>
      )}
      {may.check_in && (
        <Button
          variant="default"
          loading={act.isPending}
          leftSection={<IconUserCheck size={16} aria-hidden />}
          onClick={() => act.mutate(() => call('documents.checkIn', { id }))}
        >
          {by === me ? t('documents.checkout.giveBack') : t('documents.checkout.takeBack', { name })}
        </Button>
      )}
    </Panel>
  );
}
