import { CloseButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { TakenFile } from '../../../shared/api/files.ts';
import { paths } from '../../app/paths.ts';
import { query } from '../../app/queries.ts';
import { useFileSize } from '../../ui/file-size.ts';
import { FileDropArea } from '../files/FileDropArea.tsx';
import { useTakeIn } from '../files/use-take-in.ts';
import classes from './Documents.module.css';

interface Props {
  files: readonly TakenFile[];
  /** As many as are dropped, or only the last. */
  several?: boolean;
  change: (update: (before: readonly TakenFile[]) => readonly TakenFile[]) => void;
  /** That one was forgotten is told. */
  checked: boolean;
}

/** Files that the person drops, pastes or chooses, taken into this machine's store before anything is made of them. */
export function FileChoice({ files, several = false, change, checked }: Props) {
  const { t } = useTranslation();
  const takeIn = useTakeIn((file) => change((before) => [...(several ? before.filter(({ sha256 }) => sha256 !== file.sha256) : []), file]));
  return (
    <div>
      <FileDropArea takeIn={takeIn} hint={t(several ? 'documents.file.hint' : 'documents.file.hintOne')} />
      <div role="status">
        {files.map((file) => (
          <Chosen key={file.sha256} file={file} remove={() => change((before) => before.filter((one) => one !== file))} />
        ))}
      </div>
      {checked && files.length === 0 && <p className={classes['problem']}>{t('documents.file.required')}</p>}
    </div>
  );
}

function Chosen({ file, remove }: { file: TakenFile; remove: () => void }) {
  const { t } = useTranslation();
  const fileSize = useFileSize();
  const { data: same = [] } = useQuery(query('documents.same', { sha256: file.sha256 }));
  return (
    <div className={classes['recognized']}>
      <p className={classes['chosen']}>
        <strong>{file.name}</strong> {fileSize(file.size)}
        <CloseButton size="sm" aria-label={t('documents.file.remove', { name: file.name })} onClick={remove} />
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
