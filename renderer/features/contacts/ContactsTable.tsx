import { IconAlertTriangle, IconArrowDown, IconArrowUp, IconClockUp } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { ContactRow } from '../../../shared/api/contacts.ts';
import { paths } from '../../app/paths.ts';
import { useFormat } from '../../ui/use-format.ts';
import { useNow } from '../../ui/use-now.ts';
import classes from './Contacts.module.css';
import type { ContactFilters } from './contacts-url.ts';

const columns = [
  { id: 'company_name', sort: 'company_name' },
  { id: 'type', sort: 'type' },
  { id: 'contact_name', sort: null },
  { id: 'phone', sort: null },
  { id: 'email', sort: null },
  { id: 'city', sort: 'city' },
  { id: 'tax_id', sort: null },
  { id: 'work', sort: null },
  { id: 'updated_at', sort: 'updated_at' },
] as const;

interface Props {
  rows: readonly ContactRow[];
  filters: ContactFilters;
  change: (patch: Partial<ContactFilters>) => void;
}

export function ContactsTable({ rows, filters, change }: Props) {
  const { t } = useTranslation();
  return (
    <div className={classes['scroller']} role="region" aria-label={t('contacts.list')} tabIndex={0}>
      <table className={classes['table']}>
        <thead>
          <tr>
            {columns.map(({ id, sort }) => {
              const name = t(`contacts.column.${id}`);
              const active = sort !== null && filters.sort === sort;
              return (
                <th
                  key={id}
                  scope="col"
                  data-numeric={id === 'work' || undefined}
                  aria-sort={sort === null ? undefined : active ? (filters.descending ? 'descending' : 'ascending') : 'none'}
                >
                  {sort === null ? (
                    name
                  ) : (
                    <button
                      type="button"
                      className={classes['sort']}
                      onClick={() => change({ sort, descending: active ? !filters.descending : false })}
                    >
                      {name}
                      {active && (filters.descending ? <IconArrowDown size={14} aria-hidden /> : <IconArrowUp size={14} aria-hidden />)}
                    </button>
                  )}
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {rows.map((contact) => (
            <Row key={contact.id} contact={contact} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ contact }: { contact: ContactRow }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  return (
    <tr>
      <th scope="row">
        <span className={classes['nameCell']}>
          <Link to={paths.contact(contact.id)} className={classes['name']}>
            {contact.company_name}
          </Link>
          {!contact.is_active && <span className={classes['mark']}>{t('contacts.inactive')}</span>}
          {contact.pending && <IconClockUp size={14} role="img" aria-label={t('projects.edit.waiting')} />}
          {contact.refused && <IconAlertTriangle size={14} role="img" className={classes['danger']} aria-label={t('projects.edit.refused')} />}
        </span>
      </th>
      <td>{t(`contacts.type.${contact.type}`)}</td>
      <td>{contact.contact_name}</td>
      <td>{contact.phone}</td>
      <td>{contact.email}</td>
      <td>{contact.city}</td>
      <td>{contact.tax_id}</td>
      <td data-numeric>{contact.projects + contact.purchases > 0 && format.number(contact.projects + contact.purchases)}</td>
      <td title={format.dateTime(contact.updated_at)}>{format.relative(contact.updated_at, now)}</td>
    </tr>
  );
}
