import { Button } from '@mantine/core';
import { IconFileUpload } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { TakenFile } from '../../../shared/api/files.ts';
import { call } from '../../app/bridge.ts';
import { paths } from '../../app/paths.ts';
import { query } from '../../app/queries.ts';
import { useFileSize } from '../../ui/file-size.ts';
import { useDocumentErrorText } from './document-words.ts';
import classes from './Documents.module.css';

interface Props {
  files: readonly TakenFile[];
  change: (files: readonly TakenFile[]) => void;
  /** That one was forgotten is told. */
  checked: boolean;
}

/** Files that the person chooses, taken into this machine's store before anything is made of them. */
export function FileChoice({ files, change, checked }: Props) {
  const { t } = useTranslation();
  const errorText = useDocumentErrorText();
  const choose = useMutation({
    mutationFn: () => call('files.choose'),
    onSuccess: (chosen) => {
      if (chosen) change(chosen.taken);
    },
  });
  const refused = choose.data?.refused ?? [];
  return (
    <div>
      <Button
        variant="default"
        data-autofocus
        loading={choose.isPending}
        leftSection={<IconFileUpload size={16} aria-hidden />}
        onClick={() => choose.mutate()}
      >
        {t('documents.file.choose')}
      </Button>
      <div role="status">
        {files.map((file) => (
          <Chosen key={file.sha256} file={file} />
        ))}
      </div>
      {checked && files.length === 0 && <p className={classes['problem']}>{t('documents.file.required')}</p>}
      {choose.error && (
        <p className={classes['problem']} role="alert">
          {errorText(choose.error)}
        </p>
      )}
      {refused.map(({ name, code }) => (
        <p key={name} className={classes['problem']} role="alert">
          {t('documents.file.refused', { name, why: t(`errors.${code}`) })}
        </p>
      ))}
    </div>
  );
}

function Chosen({ file }: { file: TakenFile }) {
  const { t } = useTranslation();
  const fileSize = useFileSize();
  const { data: same = [] } = useQuery(query('documents.same', { sha256: file.sha256 }));
  return (
    <div className={classes['recognized']}>
      <p>
        <strong>{file.name}</strong> {fileSize(file.size)}
      </p>
      {same.length > 0 && (
        <p className={classes['warning']}>
          {t('documents.file.same')}{' '}
          {same.map(({ id, title }) => (
            <Link key={id} to={paths.document(id)}>
              {title}
            </Link>
          ))}
        </p>
      )}
    </div>
  );
}
