import { CloseButton, Input } from '@mantine/core';
import { IconPaperclip } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { TakenFile } from '../../../shared/api/files.ts';
import { MOST_ATTACHMENTS } from '../../../shared/api/intake.ts';
import { useFileSize } from '../../ui/file-size.ts';
import { FileDropArea } from '../files/FileDropArea.tsx';
import { useTakeIn } from '../files/use-take-in.ts';
import classes from './Intake.module.css';

interface Props {
  files: readonly TakenFile[];
  change: (files: TakenFile[]) => void;
}

/** Files of the inquiry: they become documents of the project when it is saved. */
export function Attachments({ files, change }: Props) {
  const { t } = useTranslation();
  const fileSize = useFileSize();
  const present = useRef(files);
  useEffect(() => {
    present.current = files;
  }, [files]);
  const takeIn = useTakeIn((file) => {
    const others = present.current.filter(({ sha256, name }) => sha256 !== file.sha256 || name !== file.name);
    // Several may arrive before the form is drawn again.
    present.current = [...others, file];
    change([...present.current]);
  });
  return (
    <Input.Wrapper label={t('intake.field.attachments')} labelElement="div">
      {files.length > 0 && (
        <ul className={classes['attachments']} aria-label={t('intake.field.attachments')}>
          {files.map((file) => (
            <li key={`${file.sha256} ${file.name}`}>
              <IconPaperclip size={16} aria-hidden />
              <span className={classes['name']}>{file.name}</span>
              <span className={classes['muted']}>{fileSize(file.size)}</span>
              <CloseButton size="sm" aria-label={t('intake.attachments.remove', { name: file.name })} onClick={() => change(files.filter((one) => one !== file))} />
            </li>
          ))}
        </ul>
      )}
      <FileDropArea takeIn={takeIn} hint={t('intake.attachments.hint')} disabled={files.length >= MOST_ATTACHMENTS} />
    </Input.Wrapper>
  );
}
