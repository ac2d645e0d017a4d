import { Checkbox, Switch } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { BackupOverview } from '../../../shared/api/backup.ts';
import { useFormat } from '../../ui/use-format.ts';
import { useSize } from './use-backups.ts';

interface Choice {
  with_files: boolean;
  fetch_files: boolean;
}

interface Props extends Choice {
  /** What of documents is on this machine, and what is not. */
  files: BackupOverview['files'];
  /** What else is to be known. */
  hint?: string | undefined;
  change(choice: Partial<Choice>): void;
}

/** Whether contents of documents go into a backup, and whether those that are missing here are fetched first. */
export function ContentsChoice({ files, hint, with_files: withFiles, fetch_files: fetchFiles, change }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const size = useSize();
  const hints = [
    t('backups.make.withFilesHint', { count: files.count, files: format.number(files.count), size: size(files.size) }),
    files.elsewhere > 0 && t('backups.make.elsewhereHint', { count: files.elsewhere, files: format.number(files.elsewhere) }),
    hint,
  ];
  return (
    <>
      <Switch
        label={t('backups.make.withFiles')}
        description={hints.filter(Boolean).join(' ')}
        checked={withFiles}
        onChange={(event) => change({ with_files: event.currentTarget.checked })}
      />
      {withFiles && (files.elsewhere > 0 || fetchFiles) && (
        <Checkbox
          label={t('backups.make.fetchFiles')}
          description={t('backups.make.fetchFilesHint', { count: files.elsewhere, files: format.number(files.elsewhere), size: size(files.elsewhere_size) })}
          checked={fetchFiles}
          onChange={(event) => change({ fetch_files: event.currentTarget.checked })}
        />
      )}
    </>
  );
}
