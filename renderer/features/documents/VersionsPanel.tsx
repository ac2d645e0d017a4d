import { Button, NativeSelect } from '@mantine/core';
import { IconArrowsDiff, IconCircleCheck, IconCircleCheckFilled, IconEye, IconHistory, IconPlus } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DocumentPage, DocumentVersion } from '../../../shared/api/documents.ts';
import { Link } from 'react-router';
import { call } from '../../app/bridge.ts';
import { paths } from '../../app/paths.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { useFileSize } from '../../ui/file-size.ts';
import { notifyFailure } from '../../ui/notify.tsx';
import { useFormat } from '../../ui/use-format.ts';
import { Panel } from '../projects/page/Panel.tsx';
import { AddVersion } from './AddVersion.tsx';
import { useDocumentErrorText } from './document-words.ts';
import classes from './Documents.module.css';

/** Every version, the newest first; which one holds can be told without reading. */
export function VersionsPanel({ page: { document, versions, may } }: { page: DocumentPage }) {
  const { t } = useTranslation();
  const [comparing, setComparing] = useState(false);
  const [adding, setAdding] = useState(false);
  return (
    <Panel
      heading={t('documents.versions.title')}
      aside={
        <span className={classes['tools']}>
          {versions.length > 1 && (
            <Button variant="subtle" leftSection={<IconArrowsDiff size={16} aria-hidden />} onClick={() => setComparing(true)}>
              {t('documents.versions.compare')}
            </Button>
          )}
          {may.add_version && (
            <Button variant="default" leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setAdding(true)}>
              {t('documents.versions.add')}
            </Button>
          )}
        </span>
      }
    >
      {versions.length === 0 && <p className={classes['muted']}>{t('documents.versions.noneYet')}</p>}
      <ol className={classes['versions']} aria-label={t('documents.versions.title')}>
        {versions.map((version) => (
          <Version key={version.id} documentId={document.id} version={version} />
        ))}
      </ol>
      {adding && <AddVersion id={document.id} close={() => setAdding(false)} />}
      {comparing && <Comparison versions={versions} close={() => setComparing(false)} />}
    </Panel>
  );
}

function Version({ documentId, version }: { documentId: string; version: DocumentVersion }) {
  const { t } = useTranslation();
  const format = useFormat();
  const fileSize = useFileSize();
  const errorText = useDocumentErrorText();
  const approve = useMutation({
    mutationFn: () => call('documents.approveVersion', { id: documentId, version_id: version.id }),
    onError: (error) => notifyFailure(t('documents.checkout.failed'), errorText(error)),
  });
  const StateIcon = version.is_current ? IconCircleCheckFilled : IconHistory;
  return (
    <li className={classes['version']} data-current={version.is_current || undefined}>
      <p className={classes['versionHead']}>
        <StateIcon size={18} aria-hidden />
        <strong>{t('documents.versions.number', { version: format.number(version.version_number) })}</strong>
        <span className={version.is_current ? classes['currentMark'] : classes['oldMark']}>
          {t(version.is_current ? 'documents.versions.current' : 'documents.versions.old')}
        </span>
      </p>
      {version.pending && <p className={classes['muted']}>{t('documents.versions.pending')}</p>}
      <p>{version.change_summary ?? t('documents.versions.noSummary')}</p>
      <p className={classes['muted']}>
        {[
          version.file_name,
          version.file_size !== null && fileSize(version.file_size),
          version.uploaded_name === null
            ? format.dateTime(version.uploaded_at)
            : t('projects.history.by', { name: version.uploaded_name, when: format.dateTime(version.uploaded_at) }),
        ]
          .filter(Boolean)
          .join(' · ')}
      </p>
      {version.approved_at !== null && (
        <p className={classes['approved']}>
          <IconCircleCheck size={16} aria-hidden />
          {version.approved_name === null
            ? t('documents.page.approved', { when: format.dateTime(version.approved_at) })
            : t('documents.page.approvedBy', { name: version.approved_name, when: format.dateTime(version.approved_at) })}
        </p>
      )}
      {version.content_sha256 !== null && !version.is_current && (
        <Button
          variant="subtle"
          component={Link}
          to={paths.preview(documentId, version.content_sha256)}
          leftSection={<IconEye size={16} aria-hidden />}
        >
          {t('preview.show')}
        </Button>
      )}
      {version.may_approve && (
        <Button variant="default" loading={approve.isPending} leftSection={<IconCircleCheck size={16} aria-hidden />} onClick={() => approve.mutate()}>
          {t('documents.versions.approve')}
        </Button>
      )}
    </li>
  );
}

function Comparison({ versions, close }: { versions: readonly DocumentVersion[]; close: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const fileSize = useFileSize();
  const [oneId, setOne] = useState(versions[1]?.id ?? '');
  const [otherId, setOther] = useState(versions[0]?.id ?? '');
  const one = versions.find(({ id }) => id === oneId);
  const other = versions.find(({ id }) => id === otherId);
  if (!one || !other) return null;
  const nameOf = (version: DocumentVersion) =>
    `${t('documents.versions.number', { version: format.number(version.version_number) })} · ${t(version.is_current ? 'documents.versions.current' : 'documents.versions.old')}`;
  const options = versions.map((version) => ({ value: version.id, label: nameOf(version) }));
  const facts: [name: string, of: (version: DocumentVersion) => string | null][] = [
    [t('documents.page.file'), ({ file_name }) => file_name],
    [t('documents.versions.size'), ({ file_size }) => (file_size === null ? null : fileSize(file_size))],
    [t('documents.versions.type'), ({ mime_type }) => mime_type],
    [t('documents.versions.summary'), ({ change_summary }) => change_summary],
    [t('documents.versions.uploaded'), ({ uploaded_name }) => uploaded_name],
    [t('documents.versions.when'), ({ uploaded_at }) => format.dateTime(uploaded_at)],
    [t('documents.page.approval'), ({ approved_at, approved_name }) => (approved_at === null ? t('documents.page.notApproved') : `${approved_name ?? ''} ${format.dateTime(approved_at)}`.trim())],
  ];
  const known = one.content_sha256 !== null && other.content_sha256 !== null;
  return (
    <Dialog onClose={close} size="xl" title={t('documents.versions.comparison')}>
      <div className={classes['fields']}>
        <NativeSelect label={t('documents.versions.one')} data={options} value={oneId} onChange={(event) => setOne(event.currentTarget.value)} />
        <NativeSelect
          label={t('documents.versions.other')}
          data-autofocus
          data={options}
          value={otherId}
          onChange={(event) => setOther(event.currentTarget.value)}
        />
      </div>
      <p className={classes['sentence']} role="status">
        {known
          ? t(one.content_sha256 === other.content_sha256 ? 'documents.versions.same' : 'documents.versions.differs')
          : t('documents.versions.unknown')}
      </p>
      <table className={classes['comparison']}>
        <thead>
          <tr>
            <th scope="col">{t('documents.versions.fact')}</th>
            <th scope="col">{nameOf(one)}</th>
            <th scope="col">{nameOf(other)}</th>
          </tr>
        </thead>
        <tbody>
          {facts.map(([name, of]) => (
            <tr key={name} data-differs={of(one) !== of(other) || undefined}>
              <th scope="row">{name}</th>
              <td>{of(one) ?? t('app.value.none')}</td>
              <td>{of(other) ?? t('app.value.none')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Dialog>
  );
}
