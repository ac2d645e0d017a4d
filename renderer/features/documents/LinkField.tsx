import { TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { readDocumentLink, type DocumentLink, type LinkProblem } from '../../../shared/domain/document-links.ts';
import { paths } from '../../app/paths.ts';
import { query } from '../../app/queries.ts';
import classes from './Documents.module.css';
import { sourceIcons } from './DocumentsTable.tsx';

interface Props {
  value: string;
  change: (text: string) => void;
  /** An empty field is told as well. */
  checked: boolean;
  /** The document whose link it is, which is no other one with it. */
  of?: string;
}

/** A pasted link, recognized while it is typed: what it is, in which form it is kept, or why it is not. */
export function LinkField({ value, change, checked, of }: Props) {
  const { t } = useTranslation();
  const read = readDocumentLink(value);
  const problem: LinkProblem | null = typeof read === 'string' && (read !== 'empty' || checked) ? read : null;
  return (
    <div>
      <TextInput
        label={t('documents.link.field')}
        placeholder={t('documents.link.placeholder')}
        data-autofocus
        inputMode="url"
        spellCheck={false}
        autoComplete="off"
        value={value}
        error={problem && t(`documents.link.problem.${problem}`)}
        onChange={(event) => change(event.currentTarget.value)}
      />
      <div role="status">{typeof read === 'object' && <Recognized link={read} of={of} />}</div>
    </div>
  );
}

function Recognized({ link, of }: { link: DocumentLink; of: string | undefined }) {
  const { t } = useTranslation();
  const { data: same = [] } = useQuery(query('documents.same', { url: link.url }));
  const others = same.filter(({ id }) => id !== of);
  const SourceIcon = sourceIcons[link.provider];
  return (
    <div className={classes['recognized']}>
      <p className={classes['source']}>
        <SourceIcon size={16} aria-hidden />
        <strong>{t('documents.link.recognized', { source: t(`documents.source.${link.provider}`), type: t(`documents.link.type.${link.type}`) })}</strong>
        {link.resource_key && <span>{t('documents.link.resourceKey')}</span>}
      </p>
      <p className={classes['address']}>{t('documents.link.kept', { url: link.url })}</p>
      {others.length > 0 && (
        <p className={classes['warning']}>
          {t('documents.link.same')}{' '}
          {others.map(({ id, title }) => (
            <Link key={id} to={paths.document(id)}>
              {title}
            </Link>
          ))}
        </p>
      )}
    </div>
  );
}
