import { Button } from '@mantine/core';
import { IconExternalLink, IconPencil } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { DocumentPage } from '../../../shared/api/documents.ts';
import { readDocumentLink } from '../../../shared/domain/document-links.ts';
import { parseTimestamp } from '../../../shared/domain/timestamps.ts';
import { useReadOnly, useSession } from '../../app/app-store.ts';
import { call } from '../../app/bridge.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { notifyFailure } from '../../ui/notify.tsx';
import { useFormat } from '../../ui/use-format.ts';
import { useNow } from '../../ui/use-now.ts';
import { EditableDate } from '../projects/page/edit/EditableDate.tsx';
import type { Fact } from '../projects/page/edit/use-fact.ts';
import { Panel } from '../projects/page/Panel.tsx';
import { useDocumentErrorText } from './document-words.ts';
import classes from './Documents.module.css';
import { sourceIcons } from './DocumentsTable.tsx';
import { endOfDay, lastDayBefore } from './link-expiry.ts';
import { LinkField } from './LinkField.tsx';
import { useDocumentFact } from './use-document-fact.ts';

/** Where the document is, until when that holds, and how often it was followed from here. */
export function LinkPanel({ page }: { page: DocumentPage }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const errorText = useDocumentErrorText();
  const { timezone } = useSession().organization;
  const readOnly = useReadOnly();
  const { document } = page;
  const [changing, setChanging] = useState(false);
  const stored = useDocumentFact(page, 'link_expires_at');
  const expiry: Fact<string | null> = {
    ...stored,
    value: stored.value === null ? null : lastDayBefore(stored.value, timezone),
    save: (day) => stored.save(day === null ? null : endOfDay(day, timezone)),
  };
  const open = useMutation({
    mutationFn: () => call('documents.openLink', { id: document.id }),
    onError: (error) => notifyFailure(t('documents.link.failed'), errorText(error)),
  });
  const read = readDocumentLink(document.external_url ?? '');
  const expired = document.link_expires_at !== null && parseTimestamp(document.link_expires_at) <= now;
  const SourceIcon = sourceIcons[document.source];
  return (
    <Panel heading={t('documents.link.field')}>
      <p className={classes['source']}>
        <SourceIcon size={18} aria-hidden />
        <strong>
          {document.link_type === null
            ? t(`documents.source.${document.source}`)
            : t('documents.link.recognized', { source: t(`documents.source.${document.source}`), type: t(`documents.link.type.${document.link_type}`) })}
        </strong>
        {expired && <span className={classes['expired']}>{t('documents.link.expired')}</span>}
      </p>
      <p className={classes['address']}>{document.external_url}</p>
      {typeof read === 'string' && <p className={classes['warning']}>{t(`documents.link.problem.${read}`)}</p>}
      {!readOnly && (
        <div className={classes['buttons']}>
          <Button
            leftSection={<IconExternalLink size={16} aria-hidden />}
            loading={open.isPending}
            onClick={() => open.mutate()}
          >
            {typeof read === 'object' ? t('documents.link.openOn', { host: read.host }) : t('documents.link.open')}
          </Button>
          {page.may.edit && (
            <Button variant="default" leftSection={<IconPencil size={16} aria-hidden />} onClick={() => setChanging(true)}>
              {t('documents.link.change')}
            </Button>
          )}
        </div>
      )}
      <dl className={classes['facts']}>
        <dt>{t('documents.link.expires')}</dt>
        <dd>
          <EditableDate fact={expiry} label={t('documents.link.expires')} />
        </dd>
        <dt>{t('documents.link.count')}</dt>
        <dd>
          {document.link_access_count === 0 || document.link_last_accessed === null
            ? t('documents.link.notOpened')
            : t('documents.link.opened', {
                count: document.link_access_count,
                times: format.number(document.link_access_count),
                when: format.dateTime(document.link_last_accessed),
              })}
        </dd>
      </dl>
      {changing && <ChangeLink id={document.id} before={document.external_url ?? ''} close={() => setChanging(false)} />}
    </Panel>
  );
}

function ChangeLink({ id, before, close }: { id: string; before: string; close: () => void }) {
  const { t } = useTranslation();
  const errorText = useDocumentErrorText();
  const [url, setUrl] = useState(before);
  const save = useMutation({ mutationFn: () => call('documents.setLink', { id, url }), onSuccess: close });
  const onSubmit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (typeof readDocumentLink(url) === 'object') save.mutate();
  };
  return (
    <Dialog onClose={close} size="lg" title={t('documents.link.changeTitle')}>
      <form className={classes['form']} onSubmit={onSubmit} noValidate>
        <LinkField value={url} change={setUrl} checked of={id} />
        {save.error && (
          <p className={classes['problem']} role="alert">
            {errorText(save.error)}
          </p>
        )}
        <div className={classes['actions']}>
          <Button variant="default" onClick={close}>
            {t('app.actions.cancel')}
          </Button>
          <Button type="submit" loading={save.isPending}>
            {t('documents.link.save')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
