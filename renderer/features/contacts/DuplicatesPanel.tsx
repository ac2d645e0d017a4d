import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { ContactPage } from '../../../shared/api/contacts.ts';
import { paths } from '../../app/paths.ts';
import { useFormat } from '../../ui/use-format.ts';
import { Panel } from '../projects/page/Panel.tsx';
import classes from './Contacts.module.css';

interface Props {
  page: ContactPage;
  merge: (other: string) => void;
}

/** Other records that may be of the same company. */
export function DuplicatesPanel({ page, merge }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const { contact, duplicates } = page;
  if (duplicates.length === 0) return null;
  return (
    <Panel heading={t('contacts.duplicates')}>
      <ul className={classes['duplicates']}>
        {duplicates.map((other) => (
          <li key={other.id}>
            <span>
              <Link to={paths.contact(other.id)}>{other.company_name}</Link>{' '}
              <span className={classes['muted']}>
                {t('intake.customer.same', { by: format.list(other.by.map((by) => t(`intake.customer.by.${by}`))) })}
              </span>
            </span>
            {other.type === contact.type ? (
              <Button variant="default" aria-label={t('contacts.merge.with', { name: other.company_name })} onClick={() => merge(other.id)}>
                {t('contacts.merge.open')}
              </Button>
            ) : (
              <span className={classes['muted']}>{t('contacts.merge.otherType', { type: t(`contacts.type.${other.type}`) })}</span>
            )}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
