import { Alert, Button, Select, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { COMPANY_NAME_LENGTH, contactTexts, isEmail, type ContactText, type ContactType } from '../../../shared/api/contacts.ts';
import { useSession } from '../../app/app-store.ts';
import { call } from '../../app/bridge.ts';
import { paths } from '../../app/paths.ts';
import { query } from '../../app/queries.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { useErrorText } from '../../ui/error-text.ts';
import { useFormat } from '../../ui/use-format.ts';
import { creatableTypes } from './contact-rights.ts';
import classes from './Contacts.module.css';

const PAUSE_MS = 200;

type Field = 'company_name' | Extract<ContactText, 'contact_name' | 'phone' | 'email' | 'tax_id' | 'city' | 'payment_terms'>;

const empty: Record<Field, string> = { company_name: '', contact_name: '', phone: '', email: '', tax_id: '', city: '', payment_terms: '' };

interface Props {
  close: () => void;
  created: (id: string) => void;
}

/** The facts that matter at the first encounter; the contact's page has the others. */
export function CreateContact({ close, created }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const errorText = useErrorText();
  const types = creatableTypes(useSession().person.role);
  const [type, setType] = useState<ContactType>(types[0] ?? 'customer');
  const [facts, setFacts] = useState(empty);
  const [checked, setChecked] = useState(false);
  const { company_name, email, phone, tax_id } = facts;
  const [asked] = useDebouncedValue(JSON.stringify({ company_name, email, phone, tax_id }), PAUSE_MS);
  const { data: like = [] } = useQuery(query('contacts.like', JSON.parse(asked) as typeof facts));
  const create = useMutation({
    mutationFn: () => call('contacts.create', { type, ...facts }),
    onSuccess: ({ id }) => created(id),
  });
  const problemOf = (field: Field): string | null => {
    const value = facts[field].trim();
    const max = field === 'company_name' ? COMPANY_NAME_LENGTH : contactTexts[field];
    if (field === 'company_name' && value === '') return t('intake.problem.required');
    if (value.length > max) return t('projects.edit.tooLong', { max, length: value.length });
    return field === 'email' && value !== '' && !isEmail(value) ? t('intake.problem.email') : null;
  };
  const onSubmit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    setChecked(true);
    if ((Object.keys(facts) as Field[]).every((field) => problemOf(field) === null)) create.mutate();
  };

  return (
    <Dialog onClose={close} size="lg" title={t('contacts.create.title')}>
      <form className={classes['form']} onSubmit={onSubmit} noValidate>
        {create.error && (
          <Alert color="red" variant="light" icon={<IconAlertTriangle />} title={t('contacts.create.failed')} role="alert">
            {errorText(create.error)}
          </Alert>
        )}
        <div className={classes['fields']}>
          {(Object.keys(facts) as Field[]).map((field) => (
            <TextInput
              key={field}
              label={t(`values.column.${field}`)}
              data-autofocus={field === 'company_name' || undefined}
              required={field === 'company_name'}
              withAsterisk={false}
              value={facts[field]}
              error={checked ? problemOf(field) : null}
              onChange={(event) => {
                const { value } = event.currentTarget;
                setFacts((before) => ({ ...before, [field]: value }));
              }}
            />
          ))}
          <Select
            label={t('values.column.type')}
            allowDeselect={false}
            data={types.map((value) => ({ value, label: t(`contacts.type.${value}`) }))}
            value={type}
            onChange={(chosen) => chosen && setType(chosen)}
          />
        </div>
        {like.length > 0 && (
          <div className={classes['hint']} role="status">
            <p>{t('intake.customer.like', { count: like.length })}</p>
            <ul className={classes['plain']}>
              {like.map((contact) => (
                <li key={contact.id}>
                  <Link to={paths.contact(contact.id)}>{contact.company_name}</Link>{' '}
                  {t('intake.customer.same', { by: format.list(contact.by.map((by) => t(`intake.customer.by.${by}`))) })}
                </li>
              ))}
            </ul>
          </div>
        )}
        <div className={classes['actions']}>
          <Button variant="default" onClick={close}>
            {t('app.actions.cancel')}
          </Button>
          <Button type="submit" loading={create.isPending}>
            {t('contacts.create.submit')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
