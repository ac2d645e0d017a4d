import { Button, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { IntakeDraft } from '../../../shared/api/intake.ts';
import { query } from '../../app/queries.ts';
import { useFormat } from '../../ui/use-format.ts';
import classes from './Intake.module.css';
import type { ProblemField } from './intake-form.ts';

const PAUSE_MS = 200;

interface Props {
  customer: NonNullable<IntakeDraft['new_customer']>;
  change: (patch: Partial<IntakeDraft>) => void;
  errorOf: (field: ProblemField) => string | null;
}

/** The facts of a customer who is created with the inquiry, and whoever that may be already. */
export function NewCustomer({ customer, change, errorOf }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const { contact_name: _, ...identity } = customer;
  const [asked] = useDebouncedValue(JSON.stringify(identity), PAUSE_MS);
  const { data: like = [] } = useQuery(query('contacts.like', JSON.parse(asked) as typeof identity));
  const field = (name: keyof typeof customer, autoFocus = false) => (
    <TextInput
      label={t(`intake.customer.${name}`)}
      required={name === 'company_name'}
      withAsterisk={false}
      autoFocus={autoFocus}
      value={customer[name]}
      error={errorOf(name)}
      onChange={(event) => change({ new_customer: { ...customer, [name]: event.currentTarget.value } })}
    />
  );

  return (
    <fieldset className={classes['newCustomer']}>
      <legend>{t('intake.customer.new')}</legend>
      <div className={classes['fields']}>
        {field('company_name')}
        {field('contact_name', true)}
        {field('phone')}
        {field('email')}
        {field('tax_id')}
      </div>
      {like.length > 0 && (
        <div className={classes['like']} role="status">
          <p>{t('intake.customer.like', { count: like.length })}</p>
          <ul>
            {like.map((contact) => (
              <li key={contact.id}>
                <span>
                  <span className={classes['name']}>{contact.company_name}</span>{' '}
                  <span className={classes['muted']}>{t('intake.customer.same', { by: format.list(contact.by.map((by) => t(`intake.customer.by.${by}`))) })}</span>
                </span>
                {(contact.type === 'customer' || contact.type === 'partner') && (
                  <Button
                    variant="default"
                    onClick={() => change({ customer_id: contact.id, customer: contact.company_name, new_customer: null })}
                  >
                    {t('intake.customer.take')}
                  </Button>
                )}
              </li>
            ))}
          </ul>
        </div>
      )}
      <Button variant="subtle" onClick={() => change({ new_customer: null, customer: customer.company_name })}>
        {t('intake.customer.back')}
      </Button>
    </fieldset>
  );
}
